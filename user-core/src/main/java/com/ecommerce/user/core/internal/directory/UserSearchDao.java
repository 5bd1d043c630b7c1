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
 * Finds matches in one of two ways: it scans the users, the newest first, until there are enough
 * matches, or it fetches all candidates from the trigram index.
 */
final class UserSearchDao {
  /** A number of users that no table has. */
  static final int ALL = Integer.MAX_VALUE;

  private final Handle tx;

  UserSearchDao(Handle tx) {
    this.tx = tx;
  }

  /**
   * The conditions of the users that a scan looks for.
   *
   * @param tier the tier of the matches
   * @param patterns the patterns that must all match
   * @param excluded the pattern that must not match
   */
  record Pass(int tier, List<String> patterns, String excluded) {}

  /**
   * Some matches, in order.
   *
   * @param total the number of all matches
   */
  record Found(List<SearchHit> hits, long total) {}

  /**
   * The data that a search starts from.
   *
   * @param query the query, folded like the column {@code search_text}
   * @param oldest the time at which the first user was created
   * @param newest the time at which the last user was created
   */
  record Prepared(String query, Instant oldest, Instant newest) {}

  /**
   * Prepares the transaction for the statements of this DAO; returns empty if there are no users.
   */
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

  /** Returns the search texts of at most as many users of the sample. */
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
   * Scans users, the newest first, at most as many as the budget (for each segment if the scope is
   * narrow).
   */
  List<SearchHit> scan(SearchScope scope, Pass pass, SearchHit after, int limit, long budget) {
    return scan(scope.isMostOfAll() ? SCAN_ALL : SCAN_SEGMENTS, scope, pass, after, limit, budget);
  }

  /**
   * Finds the newest users of the scope; reads at most as many users of each segment as the limit.
   */
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

  /** Finds the user whose email equals the query, if that user is in the scope. */
  List<SearchHit> exact(SearchScope scope, SearchTerms terms) {
    return bind(tx.createQuery(EXACT), scope)
        .bind("query", terms.text())
        .bind("tier", SearchHit.EXACT)
        .map(UserSearchDao::hit)
        .list();
  }

  /** Returns whether a scan with this budget stops before it has read every user of the scope. */
  boolean goesBeyond(SearchScope scope, SearchHit after, long budget) {
    var query = tx.createQuery(scope.isMostOfAll() ? GOES_BEYOND_ALL : GOES_BEYOND_SEGMENTS);
    return bindScanRange(query, scope, after, budget).mapTo(Boolean.class).one();
  }

  /**
   * Fetches the matches through the trigram index.
   *
   * @param most the maximum number of matches to fetch, in any order
   * @return the matches after the given position
   */
  Found fetch(SearchScope scope, SearchTerms terms, SearchHit after, int limit, int most) {
    return fetch(scope, terms, terms.trigrams(), terms.patterns(), after, limit, most);
  }

  /** Does the same for the matches that begin with the query. */
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

  /** Returns the users of these matches, in the same order. */
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
