package com.ecommerce.user.core.internal.db;

import java.time.Instant;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/** Deletes rows of a feature that are no longer needed. */
@FunctionalInterface
public interface Purge {
  /**
   * Deletes some of these rows, and skips those that another instance is deleting.
   *
   * @param limit the maximum number of rows
   * @return the number of deleted rows; fewer than the limit if none is left
   */
  int purge(Handle tx, Instant now, int limit);

  /**
   * Deletes rows of a table, and skips those that are locked.
   *
   * @param key the columns of the primary key
   * @param which the condition of the rows, compared with {@code :time}, and their order
   * @return the number of deleted rows, at most {@code limit}
   */
  static int delete(Handle tx, String table, String key, String which, Instant time, int limit) {
    var sql =
        """
        delete from %1$s where (%2$s) in (
          select %2$s from %1$s where %3$s limit :limit for update skip locked)
        """;
    return tx.createUpdate(String.format(Locale.ROOT, sql, table, key, which))
        .bind("time", time)
        .bind("limit", limit)
        .execute();
  }
}
