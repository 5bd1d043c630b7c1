package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.internal.db.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** The queries of the feed. Each is one statement, which sees one snapshot. */
final class EventFeedDao {
  private static final int TIMEOUT_SECONDS = 2;

  /**
   * An expression that identifies the server, its last start or crash recovery, and the table.
   * After a crash or a failover, transaction ids may be assigned again; after a restore, the event
   * log is a different table. Since PostgreSQL 15, crash recovery resets the statistics, which
   * reveals a crash that did not end the server.
   */
  static final String SERVER =
      """
      concat_ws(' ', extract(epoch from pg_postmaster_start_time()),
        case when current_setting('server_version_num')::int >= 150000
          then extract(epoch from pg_stat_get_bgwriter_stat_reset_time()) end,
        'events'::regclass::oid)
      """;

  /** The columns of {@link Row} that describe the snapshot. */
  private static final String SELECT_SNAPSHOT =
      "select "
          + SERVER
          + """
             as server,
            pg_current_snapshot()::text as snapshot,
            pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next_transaction,
          """;

  private final Handle tx;

  EventFeedDao(Handle tx) {
    this.tx = tx;
  }

  /**
   * A row of a poll's result.
   *
   * @param snapshot the transactions that the poll can see, in the format of {@code pg_snapshot}
   * @param nextTransaction the first transaction id that is not assigned yet
   * @param event the id of the event; null, like the user, in the single row of a poll without
   *     events
   */
  record Row(
      String server,
      String snapshot,
      long nextTransaction,
      UUID event,
      Optional<UUID> user,
      String type) {}

  Row position() {
    return tx.createQuery(SELECT_SNAPSHOT + "null::uuid as id, null::uuid as user_id, '' as type")
        .setQueryTimeout(TIMEOUT_SECONDS)
        .map(EventFeedDao::row)
        .one();
  }

  /**
   * Returns the events that the given snapshot does not see and this one does: those of
   * transactions that were running then, and those of later ones. The upper bound excludes rows of
   * a database that was restored from another server, whose ids may be far ahead.
   */
  List<Row> since(String seen, int limit) {
    return tx.createQuery(
            SELECT_SNAPSHOT
                + """
                    e.id, e.user_id, coalesce(e.type, '') as type
                  from (select) as once left join lateral (
                    (select id, user_id, type from events
                      where transaction_id >= pg_snapshot_xmax(:seen::pg_snapshot)
                        and transaction_id < pg_snapshot_xmax(pg_current_snapshot())
                      order by transaction_id limit :limit)
                    union all
                    (select id, user_id, type from events
                      where transaction_id = any (array(select pg_snapshot_xip(:seen::pg_snapshot))) limit :limit)
                  ) as e on true
                """)
        .setQueryTimeout(TIMEOUT_SECONDS)
        .bind("seen", seen)
        .bind("limit", limit)
        .map(EventFeedDao::row)
        .list();
  }

  private static Row row(ResultSet row, StatementContext context) throws SQLException {
    return new Row(
        row.getString("server"),
        row.getString("snapshot"),
        row.getLong("next_transaction"),
        Rows.uuid(row, "id"),
        Optional.ofNullable(Rows.uuid(row, "user_id")),
        row.getString("type"));
  }
}
