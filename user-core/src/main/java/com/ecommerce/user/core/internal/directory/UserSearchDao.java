package com.ecommerce.user.core.internal.directory;

import static com.ecommerce.user.core.internal.directory.UserSearchSql.ADMITTED;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.CANDIDATES;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.COUNT_IN_SAMPLE;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.COUNT_SEGMENTS;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.EXACT;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.FETCH;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.GOES_BEYOND_ALL;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.GOES_BEYOND_SEGMENTS;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.HAS_ANY;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.MATCHES;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.PREPARE;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.SAMPLE_TEXTS;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.SCAN_ALL;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.SCAN_RANGE;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.SCAN_SEGMENTS;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.SEGMENT_SCAN_RANGE;
import static com.ecommerce.user.core.internal.directory.UserSearchSql.USERS;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.internal.account.UserMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * The ways to find matches: scan the users from the newest on until there are enough, or fetch all
 * candidates that the trigram index returns. Each statement has one index that serves it, and is
 * fenced in so that the planner has no other choice.
 */
final class UserSearchDao {
  /** More than a table can have. */
  static final int ALL = Integer.MAX_VALUE;

  private final Handle tx;

  UserSearchDao(Handle tx) {
    this.tx = tx;
  }

  /**
   * The conditions of the users that a scan looks for.
   *
   * @param tier of what it finds
   * @param patterns all of which match
   * @param excluded does not match
   */
  record Pass(int tier, List<String> patterns, String excluded) {}

  /**
   * Some matches in order.
   *
   * @param total how many there are in all
   */
  record Found(List<SearchHit> hits, long total) {}

  /**
   * The data that a search starts from.
   *
   * @param query folded, like the column {@code search_text}
   * @param oldest when the first user was created
   * @param newest when the last user was created
   */
  record Prepared(String query, Instant oldest, Instant newest) {}

  /** Readies the transaction for this DAO's statements; empty when there are no users. */
  Optional<Prepared> prepare(String query) {
    return tx.createQuery(PREPARE).bind("query", query).map(UserSearchDao::prepared).one();
  }

  private static Optional<Prepared> prepared(ResultSet row, StatementContext context)
      throws SQLException {
    var oldest = row.getObject("oldest", OffsetDateTime.class);
    var newest = row.getObject("newest", OffsetDateTime.class);
    return oldest == null
        ? Optional.empty()
        : Optional.of(new Prepared(row.getString("query"), oldest.toInstant(), newest.toInstant()));
  }

  /** Returns the searched texts of that many users of the sample. */
  List<String> sampleTexts(int limit) {
    return tx.createQuery(SAMPLE_TEXTS).bind("limit", limit).mapTo(String.class).list();
  }

  /** Counts the matches in the sample, up to the limit. */
  int countInSample(SearchScope scope, List<String> trigrams, List<String> patterns, int limit) {
    return bindCandidates(
            tx.createQuery(COUNT_IN_SAMPLE), "user_sample", scope, trigrams, patterns, limit)
        .mapTo(Integer.class)
        .one();
  }

  /**
   * Scans from the newest on, no more users than the budget (of each segment when the scope is
   * narrow).
   */
  List<SearchHit> scan(SearchScope scope, Pass pass, SearchHit after, int limit, long budget) {
    return scan(scope.isMostOfAll() ? SCAN_ALL : SCAN_SEGMENTS, scope, pass, after, limit, budget);
  }

  /** The newest users of the scope; looks at no more than the limit in each segment. */
  List<SearchHit> newest(SearchScope scope, SearchHit after, int limit) {
    return scan(SCAN_SEGMENTS, scope, new Pass(after.tier(), List.of(), ""), after, limit, limit);
  }

  private List<SearchHit> scan(
      String sql, SearchScope scope, Pass pass, SearchHit after, int limit, long budget) {
    return bindScanRange(tx.createQuery(sql), scope, after, budget)
        .define("matches", MATCHES)
        .bind("patterns", array(pass.patterns()))
        .bind("excluded", pass.excluded())
        .bind("tier", pass.tier())
        .bind("limit", limit)
        .map(UserSearchDao::hit)
        .list();
  }

  /** The user whose email is the query, if there is one in the scope. */
  List<SearchHit> exact(SearchScope scope, SearchTerms terms) {
    return bind(tx.createQuery(EXACT), scope)
        .bind("query", terms.text())
        .bind("tier", SearchHit.EXACT)
        .map(UserSearchDao::hit)
        .list();
  }

  /** Returns whether a scan with this budget stops before it has met every user of the scope. */
  boolean goesBeyond(SearchScope scope, SearchHit after, long budget) {
    var query = tx.createQuery(scope.isMostOfAll() ? GOES_BEYOND_ALL : GOES_BEYOND_SEGMENTS);
    return bindScanRange(query, scope, after, budget).mapTo(Boolean.class).one();
  }

  /**
   * Fetches the matches through the trigram index.
   *
   * @param most so many of them, whichever the index has first
   * @return those after the given place
   */
  Found fetch(SearchScope scope, SearchTerms terms, SearchHit after, int limit, int most) {
    return fetch(scope, terms, terms.trigrams(), terms.patterns(), after, limit, most);
  }

  /** Fetches those matches that begin with the query, in the same way. */
  List<SearchHit> fetchPrefixed(SearchScope scope, SearchTerms terms, SearchHit after, int limit) {
    var patterns = List.of(terms.prefixPattern());
    return fetch(scope, terms, terms.prefixTrigrams(), patterns, after, limit, ALL).hits();
  }

  private Found fetch(
      SearchScope scope,
      SearchTerms terms,
      List<String> trigrams,
      List<String> patterns,
      SearchHit after,
      int limit,
      int most) {
    long[] total = new long[1];
    var hits =
        bindCandidates(tx.createQuery(FETCH), "user_directory", scope, trigrams, patterns, most)
            .bind("prefixPattern", terms.prefixPattern())
            .bind("exactPattern", terms.exactPattern())
            .bind("tier", after.tier())
            .bind("createdAt", after.createdAt())
            .bind("id", after.id())
            .bind("limit", limit)
            .map(
                (row, context) -> {
                  total[0] = row.getLong("total");
                  return row.getObject("id") == null ? null : hit(row, context);
                })
            .stream()
            .filter(Objects::nonNull)
            .toList();
    return new Found(hits, total[0]);
  }

  /** Counts the matches by scanning the scope, up to the limit. */
  int countByScanning(SearchScope scope, List<String> patterns, int limit) {
    return bind(tx.createQuery(COUNT_SEGMENTS), scope)
        .bind("patterns", array(patterns))
        .bind("limit", limit)
        .mapTo(Integer.class)
        .one();
  }

  /** The users of these matches, in their order. */
  List<User> users(List<SearchHit> hits) {
    return tx.createQuery(USERS)
        .define("columns", UserMapper.COLUMNS)
        .bind("ids", hits.stream().map(SearchHit::id).toArray(UUID[]::new))
        .map(UserMapper::map)
        .list();
  }

  private static Query bindScanRange(Query query, SearchScope scope, SearchHit after, long budget) {
    return query
        .define("scan_range", SCAN_RANGE)
        .define("segment_scan_range", SEGMENT_SCAN_RANGE)
        .bind("segments", scope.segments())
        .bind("from", scope.from())
        .bind("createdAt", after.createdAt())
        .bind("id", after.id())
        .bind("budget", budget);
  }

  private static Query bindCandidates(
      Query query,
      String table,
      SearchScope scope,
      List<String> trigrams,
      List<String> patterns,
      int most) {
    String filters =
        (scope.segmentKeys().isEmpty() ? "" : HAS_ANY + ":segmentKeys::text[]")
            + (scope.timeKeys().isEmpty() ? "" : HAS_ANY + ":timeKeys::text[]");
    return bind(query, scope)
        .define("candidates", String.format(Locale.ROOT, CANDIDATES, table, filters) + ADMITTED)
        .define("admitted", ADMITTED)
        .bind("trigrams", array(trigrams))
        .bind("patterns", array(patterns))
        .bind("segmentKeys", array(scope.segmentKeys()))
        .bind("timeKeys", array(scope.timeKeys()))
        .bind("most", most);
  }

  private static Query bind(Query query, SearchScope scope) {
    return query
        .bind("segments", scope.segments())
        .bind("from", scope.from())
        .bind("before", scope.before());
  }

  private static SearchHit hit(ResultSet row, StatementContext context) throws SQLException {
    return new SearchHit(
        row.getObject("id", UUID.class), row.getInt("tier"), row.getString("created_at"));
  }

  private static String[] array(List<String> texts) {
    return texts.toArray(String[]::new);
  }
}
