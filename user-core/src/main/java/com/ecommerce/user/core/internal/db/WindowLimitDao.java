package com.ecommerce.user.core.internal.db;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

final class WindowLimitDao {
  /** Counts an event, and returns a row if it was counted. */
  static final String COUNT =
      """
      insert into window_limits as known (subject, kind, times, forgotten_at)
      values (:event.subject, :event.kind, array[:event.time::timestamptz], :event.forgottenAt)
      on conflict (subject, kind) do update
      set times = (excluded.times || known.times)[1:(:event.most)::integer], forgotten_at = excluded.forgotten_at
      where known.times[1] <= (:event.gapStart)::timestamptz
        and coalesce(known.times[(:event.most)::integer] <= (:event.windowStart)::timestamptz, true)
      returning subject
      """;

  private final Handle tx;

  WindowLimitDao(Handle tx) {
    this.tx = tx;
  }

  /**
   * An event to count. Public since Jdbi calls its accessors.
   *
   * @param gapStart the event is counted only if the latest one is not after this time
   * @param windowStart the event is counted only if the oldest of the latest {@code most} events is
   *     not after this time
   */
  public record Event(
      byte[] subject,
      String kind,
      Instant time,
      Instant forgottenAt,
      Instant gapStart,
      Instant windowStart,
      int most) {}

  Result tryConsume(Event event) {
    return tx.createQuery(
            "with counted as ("
                + COUNT
                + ")\n"
                + """
                select exists (select from counted) as is_counted, before.times[1] as newest,
                  before.times[(:event.most)::integer] as oldest
                from (select) as one left join window_limits before
                  on before.subject = :event.subject and before.kind = :event.kind
                """)
        .bindMethods("event", event)
        .map(WindowLimitDao::result)
        .one();
  }

  int deleteForgotten(Instant now, int limit) {
    return Purge.delete(
        tx,
        "window_limits",
        "subject, kind",
        "forgotten_at <= :time order by forgotten_at",
        now,
        limit);
  }

  /**
   * The outcome for an event.
   *
   * @param newest the time of the latest earlier event
   * @param oldest the time of the oldest of the latest {@code most} earlier events, if there are
   *     that many
   */
  record Result(boolean isCounted, Optional<Instant> newest, Optional<Instant> oldest) {}

  private static Result result(ResultSet row, StatementContext context) throws SQLException {
    return new Result(
        row.getBoolean("is_counted"),
        Rows.optionalInstant(row, "newest"),
        Rows.optionalInstant(row, "oldest"));
  }
}
