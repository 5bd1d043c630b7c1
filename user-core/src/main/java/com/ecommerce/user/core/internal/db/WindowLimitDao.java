package com.ecommerce.user.core.internal.db;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(WindowLimitDao.ResultMapper.class)
interface WindowLimitDao {
  /** Counts an event, and returns a row if it was counted. */
  String COUNT =
      """
      insert into window_limits as known (subject, kind, times, forgotten_at)
      values (:event.subject, :event.kind, array[:event.time::timestamptz], :event.forgottenAt)
      on conflict (subject, kind) do update
      set times = (excluded.times || known.times)[1:(:event.most)::integer], forgotten_at = excluded.forgotten_at
      where known.times[1] <= (:event.gapStart)::timestamptz
        and coalesce(known.times[(:event.most)::integer] <= (:event.windowStart)::timestamptz, true)
      returning subject
      """;

  /**
   * An event to count.
   *
   * @param gapStart the event is counted only if the latest one is not after this time
   * @param windowStart the event is counted only if the oldest of the latest {@code most} events is
   *     not after this time
   */
  record Event(
      byte[] subject,
      String kind,
      Instant time,
      Instant forgottenAt,
      Instant gapStart,
      Instant windowStart,
      int most) {}

  @SqlQuery(
      "with counted as ("
          + COUNT
          + ")\n"
          + """
          select exists (select from counted) as is_counted, before.times[1] as newest,
            before.times[(:event.most)::integer] as oldest
          from (select) as one left join window_limits before
            on before.subject = :event.subject and before.kind = :event.kind
          """)
  Result tryConsume(@BindMethods("event") Event event);

  @SqlUpdate(
      """
      delete from window_limits where (subject, kind) in (
        select subject, kind from window_limits where forgotten_at <= :now
        order by forgotten_at limit :limit for update skip locked)
      """)
  int deleteForgotten(Instant now, int limit);

  /**
   * The outcome for an event.
   *
   * @param newest the time of the latest earlier event
   * @param oldest the time of the oldest of the latest {@code most} earlier events, if there are
   *     that many
   */
  record Result(boolean isCounted, Optional<Instant> newest, Optional<Instant> oldest) {}

  /** Public for Jdbi, which creates it. */
  final class ResultMapper implements RowMapper<Result> {
    @Override
    public Result map(ResultSet row, StatementContext context) throws SQLException {
      return new Result(row.getBoolean("is_counted"), time(row, "newest"), time(row, "oldest"));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
      return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
          .map(OffsetDateTime::toInstant);
    }
  }
}
