package com.ecommerce.user.core.account;

import com.ecommerce.user.core.page.PageTokens.Cursor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Searches users, the best match first: an email that is the query, then texts that begin with it,
 * then the rest, newest first. A cursor's key is the rank and the time of creation.
 */
final class UserSearchDao {
  /** Below this many letters the trigram index finds nothing. */
  private static final int TRIGRAM_LENGTH = 3;

  private static final String PAGE =
      """
      select *, rank || ' ' || created_at as sort_key
      from (
        select <columns>,
          case
            when email = lower(:query) then 0
            when lower(email) like <prefix> or lower(first_name) like <prefix> or lower(last_name) like <prefix>
              or lower(display_name) like <prefix> or lower(first_name || ' ' || last_name) like <prefix> then 1
            else 2
          end as rank
        from users where <conditions>) as found
      <after>
      order by rank, created_at desc, id desc
      limit :limit
      """;

  private static final String COUNT =
      """
      select count(*) from (select from users where <conditions> limit :limit) as found
      """;

  private final Handle tx;

  UserSearchDao(Handle tx) {
    this.tx = tx;
  }

  List<UserListDao.Row> page(UserSearch search, Optional<Cursor> after, int limit) {
    var query =
        tx.createQuery(PAGE)
            .define("columns", UserColumns.ALL)
            .define("prefix", "lower(:query_pattern) || '%'")
            .define("after", after.isPresent() ? AFTER : "")
            .bind("query", search.query())
            .bind("query_pattern", escaped(search.query()))
            .bind("limit", limit);
    after.ifPresent(cursor -> bindCursor(query, cursor));
    return bindConditions(query, search).map(new UserListDao.RowReader()).list();
  }

  private static final String AFTER =
      """
      where (rank, created_at, id) is not null and (rank > :rank
        or (rank = :rank and (created_at, id) < (:createdAt::timestamptz, :id)))
      """;

  /** How many users match, but no more than the limit. */
  int count(UserSearch search, int limit) {
    return bindConditions(tx.createQuery(COUNT).bind("limit", limit), search)
        .mapTo(Integer.class)
        .one();
  }

  private static void bindCursor(SqlStatement<?> query, Cursor cursor) {
    String[] key = cursor.key().split(" ", 2);
    query.bind("rank", Integer.parseInt(key[0])).bind("createdAt", key[1]).bind("id", cursor.id());
  }

  private static <S extends SqlStatement<S>> S bindConditions(S statement, UserSearch search) {
    List<String> conditions = new ArrayList<>(List.of("segment = any (:segments)"));
    statement.bind("segments", search.filter().segments());
    search
        .createdFrom()
        .ifPresent(time -> bindTime(statement, conditions, "created_at >= :createdFrom", time));
    search
        .createdBefore()
        .ifPresent(time -> bindTime(statement, conditions, "created_at < :createdBefore", time));
    int number = 0;
    for (String word : search.words()) {
      String name = "word" + number++;
      boolean isShort = word.codePointCount(0, word.length()) < TRIGRAM_LENGTH;
      conditions.add(
          isShort
              ? "short_prefixes @> array[lower(:" + name + ")]"
              : "search_text like '%' || lower(:" + name + ") || '%'");
      statement.bind(name, isShort ? word : escaped(word));
    }
    return statement.define("conditions", String.join(" and ", conditions));
  }

  private static void bindTime(
      SqlStatement<?> statement, List<String> conditions, String condition, Instant time) {
    conditions.add(condition);
    statement.bind(condition.substring(condition.indexOf(':') + 1), time);
  }

  /** With the wildcards of LIKE made ordinary characters. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
  }
}
