package com.ecommerce.user.core.internal.directory;

import static com.ecommerce.user.core.directory.DirectorySummary.MAX_COUNTED;

import com.ecommerce.user.core.directory.DirectorySummary;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Counts users and events for {@link DirectorySummary}. Each count reads a range of an index and
 * stops after {@link DirectorySummary#MAX_COUNTED} entries, so its cost does not grow with the
 * number of users. A day with more registrations is estimated from the sample of one in 256 users:
 * at the limit, the standard error is 16 %, and it decreases with the number.
 */
final class SummaryDao {
  /** The number of users for each of the sample. */
  private static final int SAMPLED = 256;

  private static final String REGISTRATIONS =
      """
      select :first::date + n as day, (
        select count(*) from (
          select from user_directory
          where created_at >= (:first::date + n)::timestamp at time zone 'UTC'
            and created_at < (:first::date + n + 1)::timestamp at time zone 'UTC'
          limit :limit) as found) as users
      from generate_series(0, :days - 1) as n order by n
      """;

  private static final String SAMPLED_REGISTRATIONS =
      """
      select count(*) from user_sample
      where created_at >= :day::date::timestamp at time zone 'UTC'
        and created_at < (:day::date + 1)::timestamp at time zone 'UTC'
      """;

  /** Each segment is a range of the index, as in {@link UserListDao}. */
  private static final String SIGNED_IN =
      """
      select count(*) from (
        select from unnest(:segments) as wanted (segment)
        cross join lateral (
          select from user_times
          where segment = wanted.segment and last_login_at >= :since::timestamptz
          limit :limit) as found
        limit :limit) as counted
      """;

  /** Reads the newest events that have a position, by the index on their times. */
  private static final String FAILED_ACCOUNTS =
      """
      select count(distinct e.user_id)
      from (
        select user_id, event_id, occurred_at from event_positions
        where occurred_at >= :since::timestamptz order by occurred_at desc, position desc limit :limit) as recent
      join events e on e.user_id = recent.user_id and e.id = recent.event_id and e.occurred_at = recent.occurred_at
      where e.type = 'login.failed'
      """;

  private final Handle tx;

  SummaryDao(Handle tx) {
    this.tx = tx;
  }

  /** Counts the registrations of some days; at most one more than the limit of each day. */
  List<DirectorySummary.Day> registrations(LocalDate first, int days) {
    return tx
        .createQuery(REGISTRATIONS)
        .bind("first", first.toString())
        .bind("days", days)
        .bind("limit", MAX_COUNTED + 1)
        .map(
            (row, context) ->
                Map.entry(LocalDate.parse(row.getString("day")), row.getLong("users")))
        .list()
        .stream()
        .map(day -> day(day.getKey(), day.getValue()))
        .toList();
  }

  private DirectorySummary.Day day(LocalDate day, long counted) {
    boolean isEstimate = counted > MAX_COUNTED;
    long users = isEstimate ? Math.max(counted, SAMPLED * sampled(day)) : counted;
    return new DirectorySummary.Day(day, users, isEstimate);
  }

  private long sampled(LocalDate day) {
    return tx.createQuery(SAMPLED_REGISTRATIONS)
        .bind("day", day.toString())
        .mapTo(Long.class)
        .one();
  }

  long signedInSince(Instant since, Short[] segments) {
    return tx.createQuery(SIGNED_IN)
        .bind("segments", segments)
        .bind("since", since.toString())
        .bind("limit", MAX_COUNTED)
        .mapTo(Long.class)
        .one();
  }

  long failedAccountsSince(Instant since) {
    return tx.createQuery(FAILED_ACCOUNTS)
        .bind("since", since.toString())
        .bind("limit", MAX_COUNTED)
        .mapTo(Long.class)
        .one();
  }
}
