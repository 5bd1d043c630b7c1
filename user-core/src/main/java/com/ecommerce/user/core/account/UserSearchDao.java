package com.ecommerce.user.core.account;

import static com.ecommerce.user.core.account.UserSearchSql.CANDIDATES;
import static com.ecommerce.user.core.account.UserSearchSql.COUNT_BY_INDEX;
import static com.ecommerce.user.core.account.UserSearchSql.COUNT_SEGMENTS;
import static com.ecommerce.user.core.account.UserSearchSql.EXACT;
import static com.ecommerce.user.core.account.UserSearchSql.FETCH;
import static com.ecommerce.user.core.account.UserSearchSql.GOES_BEYOND_ALL;
import static com.ecommerce.user.core.account.UserSearchSql.GOES_BEYOND_SEGMENTS;
import static com.ecommerce.user.core.account.UserSearchSql.HAS_ANY;
import static com.ecommerce.user.core.account.UserSearchSql.MATCHES;
import static com.ecommerce.user.core.account.UserSearchSql.PREPARE;
import static com.ecommerce.user.core.account.UserSearchSql.SAMPLE;
import static com.ecommerce.user.core.account.UserSearchSql.SAMPLE_TEXTS;
import static com.ecommerce.user.core.account.UserSearchSql.SEGMENT_STRETCH;
import static com.ecommerce.user.core.account.UserSearchSql.STRETCH;
import static com.ecommerce.user.core.account.UserSearchSql.USERS;
import static com.ecommerce.user.core.account.UserSearchSql.WALK_ALL;
import static com.ecommerce.user.core.account.UserSearchSql.WALK_SEGMENTS;

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
 * The ways to find matches: walk over users from the newest on until there are enough, or fetch all
 * candidates that the index of pieces knows. Each statement has one index that serves it, and is
 * fenced in so that the planner has no other choice.
 */
final class UserSearchDao {
  private final Handle tx;

  UserSearchDao(Handle tx) {
    this.tx = tx;
  }

  /**
   * The conditions of the users that a walk looks for.
   *
   * @param rank of what it finds
   * @param patterns all of which match
   * @param excluded does not match
   */
  record Pass(int rank, List<String> patterns, String excluded) {}

  /**
   * Some matches in order.
   *
   * @param total how many there are in all
   */
  record Fetched(List<SearchHit> hits, long total) {}

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

  SearchSample sample(
      SearchScope scope, SearchTerms terms, SearchHit prefixStart, SearchHit restStart, int ratio) {
    return bind(tx.createQuery(SAMPLE), scope)
        .bind("ratio", ratio)
        .bind("anySegment", scope.segmentPieces().isEmpty())
        .bind("indexedFrom", scope.indexedFrom())
        .bind("indexedBefore", scope.indexedBefore())
        .bind("patterns", array(terms.patterns()))
        .bind("prefixPattern", terms.prefixPattern())
        .bind("prefixAt", prefixStart.createdAt())
        .bind("prefixId", prefixStart.id())
        .bind("restAt", restStart.createdAt())
        .bind("restId", restStart.id())
        .map((row, context) -> sample(row, scope, ratio))
        .one();
  }

  private static SearchSample sample(ResultSet row, SearchScope scope, int ratio)
      throws SQLException {
    return new SearchSample(
        ratio,
        !scope.isMostOfAll(),
        row.getInt("candidates"),
        row.getInt("prefixed"),
        Math.min(scope.admitted(), (long) ratio * (row.getInt("admitted") + 1)),
        row.getInt("found"),
        row.getInt("found_prefixed"),
        row.getInt("prefixed_ahead"),
        row.getInt("prefix_lead"),
        row.getInt("rest_lead"));
  }

  /** Returns the searched texts of a sample of one in that many users. */
  List<String> sampleTexts(int ratio) {
    return tx.createQuery(SAMPLE_TEXTS).bind("ratio", ratio).mapTo(String.class).list();
  }

  /**
   * Walks from the newest on, over no more users than the budget (of each segment when the scope is
   * narrow).
   */
  List<SearchHit> walk(SearchScope scope, Pass pass, SearchHit after, int limit, long budget) {
    return walk(scope.isMostOfAll() ? WALK_ALL : WALK_SEGMENTS, scope, pass, after, limit, budget);
  }

  /** The newest users of the scope; looks at no more than the limit in each segment. */
  List<SearchHit> newest(SearchScope scope, SearchHit after, int limit) {
    return walk(WALK_SEGMENTS, scope, new Pass(after.rank(), List.of(), ""), after, limit, limit);
  }

  private List<SearchHit> walk(
      String sql, SearchScope scope, Pass pass, SearchHit after, int limit, long budget) {
    return bindStretch(tx.createQuery(sql), scope, after, budget)
        .define("matches", MATCHES)
        .bind("patterns", array(pass.patterns()))
        .bind("excluded", pass.excluded())
        .bind("rank", pass.rank())
        .bind("limit", limit)
        .map(UserSearchDao::hit)
        .list();
  }

  /** The user whose email is the query, if there is one in the scope. */
  List<SearchHit> exact(SearchScope scope, SearchTerms terms) {
    return bind(tx.createQuery(EXACT), scope)
        .bind("query", terms.text())
        .bind("rank", SearchHit.EXACT)
        .map(UserSearchDao::hit)
        .list();
  }

  /** Returns whether a walk with this budget stops before it has met every user of the scope. */
  boolean goesBeyond(SearchScope scope, SearchHit after, long budget) {
    var query = tx.createQuery(scope.isMostOfAll() ? GOES_BEYOND_ALL : GOES_BEYOND_SEGMENTS);
    return bindStretch(query, scope, after, budget).mapTo(Boolean.class).one();
  }

  /** Fetches all matches through the index of pieces; answers those after the given place. */
  Fetched fetch(SearchScope scope, SearchTerms terms, SearchHit after, int limit) {
    return fetch(scope, terms, terms.pieces(), terms.patterns(), after, limit);
  }

  /** Does the same as {@link #fetch} for only those matches that begin with the query. */
  List<SearchHit> fetchPrefixed(SearchScope scope, SearchTerms terms, SearchHit after, int limit) {
    var patterns = List.of(terms.prefixPattern());
    return fetch(scope, terms, terms.prefixPieces(), patterns, after, limit).hits();
  }

  private Fetched fetch(
      SearchScope scope,
      SearchTerms terms,
      List<String> pieces,
      List<String> patterns,
      SearchHit after,
      int limit) {
    long[] total = new long[1];
    useBitmaps(true);
    var hits =
        bindCandidates(tx.createQuery(FETCH), scope)
            .bind("pieces", array(pieces))
            .bind("patterns", array(patterns))
            .bind("prefixPattern", terms.prefixPattern())
            .bind("exactPattern", terms.exactPattern())
            .bind("rank", after.rank())
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
    useBitmaps(false);
    return new Fetched(hits, total[0]);
  }

  /** Counts the matches among the candidates that the index of pieces knows, up to the limit. */
  int countByIndex(SearchScope scope, SearchTerms terms, int limit) {
    useBitmaps(true);
    int count =
        bindCandidates(tx.createQuery(COUNT_BY_INDEX), scope)
            .bind("pieces", array(terms.pieces()))
            .bind("patterns", array(terms.patterns()))
            .bind("limit", limit)
            .mapTo(Integer.class)
            .one();
    useBitmaps(false);
    return count;
  }

  /** Counts the matches by walking over the scope, up to the limit. */
  int countByWalking(SearchScope scope, List<String> patterns, int limit) {
    return bind(tx.createQuery(COUNT_SEGMENTS), scope)
        .bind("patterns", array(patterns))
        .bind("limit", limit)
        .mapTo(Integer.class)
        .one();
  }

  /** The users of these matches, in their order. */
  List<User> users(List<SearchHit> hits) {
    return tx.createQuery(USERS)
        .define("columns", UserColumns.ALL)
        .bind("ids", hits.stream().map(SearchHit::id).toArray(UUID[]::new))
        .map(new UserMapper())
        .list();
  }

  /** The index of pieces has no other use, and everything else has no use for bitmaps. */
  private void useBitmaps(boolean allowed) {
    tx.execute("set local enable_bitmapscan = " + (allowed ? "on" : "off"));
  }

  private static Query bindStretch(Query query, SearchScope scope, SearchHit after, long budget) {
    return query
        .define("stretch", STRETCH)
        .define("segment_stretch", SEGMENT_STRETCH)
        .bind("segments", scope.segments())
        .bind("from", scope.from())
        .bind("createdAt", after.createdAt())
        .bind("id", after.id())
        .bind("budget", budget);
  }

  private static Query bindCandidates(Query query, SearchScope scope) {
    String filters =
        (scope.segmentPieces().isEmpty() ? "" : HAS_ANY + ":segmentPieces::text[]")
            + (scope.timePieces().isEmpty() ? "" : HAS_ANY + ":timePieces::text[]");
    return bind(query, scope)
        .define("candidates", String.format(Locale.ROOT, CANDIDATES, filters))
        .bind("segmentPieces", array(scope.segmentPieces()))
        .bind("timePieces", array(scope.timePieces()));
  }

  private static Query bind(Query query, SearchScope scope) {
    return query
        .bind("segments", scope.segments())
        .bind("from", scope.from())
        .bind("before", scope.before());
  }

  private static SearchHit hit(ResultSet row, StatementContext context) throws SQLException {
    return new SearchHit(
        row.getObject("id", UUID.class), row.getInt("rank"), row.getString("created_at"));
  }

  private static String[] array(List<String> texts) {
    return texts.toArray(String[]::new);
  }
}
