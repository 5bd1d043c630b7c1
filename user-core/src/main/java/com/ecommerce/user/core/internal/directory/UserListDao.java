package com.ecommerce.user.core.internal.directory;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.internal.account.UserMapper;
import com.ecommerce.user.core.internal.page.PageTokens.Cursor;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Reads pages of users in any order and with any filter, by keyset pagination ("seek method",
 * Markus Winand, use-the-index-luke.com) and a merge of k sorted ranges.
 *
 * <p>The status and the roles of a user form a number, the segment. Each order has an index {@code
 * (segment, key, id)}, in which every segment is a sorted range. For each of the k segments that
 * the filter admits, a lateral subquery reads the first n rows after the cursor. The union of them
 * contains the next page of n users, because none of these can be behind the n-th row of its own
 * segment. The union is sorted and cut after n rows.
 *
 * <p>Bound: k searches in the index and k × n of its entries, with k at most 80. Neither the number
 * of users nor the depth of the page matters. For example, a page of 2 in the order of emails:
 * active customers have the emails a, d and f, and suspended ones b, c and g. The subqueries read
 * a, d and b, c. The page is a, b, and the next one begins after b, with c, d.
 */
final class UserListDao {
  private static final String SEGMENTS =
      """
      select segment, sum(users)::bigint as users from user_counts
      where segment = any (:segments) group by segment having sum(users) > 0
      """;

  private static final String PAGE =
      """
      select <columns>, sort_key::text as sort_key
      from (
        select found.id as found_id, found.sort_key
        from unnest(:segments) as wanted (segment)
        cross join lateral (
          select id, <column> as sort_key from <table>
          where segment = wanted.segment <after>
          order by <column> <direction>, id <direction>
          limit :limit) as found
        order by found.sort_key <direction>, found.id <direction>
        limit :limit) as page
      join users on users.id = page.found_id
      order by page.sort_key <direction>, page.found_id <direction>
      """;

  private final Handle tx;

  UserListDao(Handle tx) {
    this.tx = tx;
  }

  /** A user, and the sort key as text. */
  record Row(User user, String sortKey) {
    Cursor cursor() {
      return new Cursor(sortKey, user.id().value());
    }
  }

  /** A segment and the number of its users, as the transaction sees them. */
  record Segment(short number, long users) {}

  /** Finds the segments that the filter admits and that have users. */
  List<Segment> segments(UserFilter filter) {
    return tx.createQuery(SEGMENTS)
        .bind("segments", filter.segments())
        .map((row, context) -> new Segment(row.getShort("segment"), row.getLong("users")))
        .list();
  }

  /** Finds the users after the cursor in the given segments. */
  List<Row> page(List<Segment> segments, UserSort sort, Optional<Cursor> after, int limit) {
    var query =
        tx.createQuery(PAGE)
            .define("columns", UserMapper.COLUMNS)
            .define("table", sort.field().table())
            .define("column", sort.field().column())
            .define("direction", sort.ascending() ? "asc" : "desc")
            .define("after", after.map(cursor -> afterCondition(sort)).orElse(""))
            .bind("segments", segments.stream().map(Segment::number).toArray(Short[]::new))
            .bind("limit", limit);
    after.ifPresent(cursor -> query.bind("key", cursor.key()).bind("id", cursor.id()));
    return query
        .map((row, context) -> new Row(UserMapper.map(row, context), row.getString("sort_key")))
        .list();
  }

  private static String afterCondition(UserSort sort) {
    String key = ":key::" + sort.field().sqlType();
    String comparison = sort.ascending() ? ">" : "<";
    return "and (" + sort.field().column() + ", id) " + comparison + " (" + key + ", :id)";
  }
}
