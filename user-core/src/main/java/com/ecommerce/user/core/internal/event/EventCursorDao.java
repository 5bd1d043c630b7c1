package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.event.EventCursors.Lease;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventStatistics.Lag;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The statements of cursors. Each of them is a transaction of its own. */
final class EventCursorDao {
  private static final int TIMEOUT_SECONDS = 2;

  /**
   * Takes the lease if it is free, has ended, or is that of the holder. The statement waits for one
   * of another holder, and then looks at what that one has written.
   */
  private static final String TAKE =
      """
      insert into event_cursors as c (name, holder, held_until)
      values (:name, :holder, clock_timestamp() + make_interval(secs => :seconds))
      on conflict (name) do update set holder = excluded.holder, held_until = excluded.held_until,
        revision = c.revision + case when c.holder = excluded.holder then 0 else 1 end
      where c.holder is null or c.holder = excluded.holder or c.held_until <= clock_timestamp()
      returning revision, timeline, position
      """;

  private static final String IF_HELD =
      " where name = :name and holder = :holder and revision = :revision";

  private static final String STORE =
      "update event_cursors set timeline = :timeline, position = :position"
          + IF_HELD
          + " and held_until > clock_timestamp()";

  private static final String RELEASE =
      "update event_cursors set holder = null, held_until = null" + IF_HELD;

  private static final String SET =
      """
      insert into event_cursors as c (name, timeline, position) values (:name, :timeline, :position)
      on conflict (name) do update set timeline = excluded.timeline, position = excluded.position,
        revision = c.revision + 1
      """;

  /**
   * A position in an earlier timeline counts at most up to where the next timeline began, since the
   * events after that point are sent again. The first event after a cursor is found by the index on
   * positions.
   */
  private static final String LAGS =
      """
      select split_part(c.name, '/', 1) as sink, max(greatest(s.position - c.position, 0)) as events,
        coalesce(extract(epoch from clock_timestamp() - min(next.occurred_at)) * 1000, 0)::bigint as millis
      from (
        select name, least(position, (select min(later.begins_after)
          from event_timelines t join event_timelines later on later.number > t.number
          where t.id = event_cursors.timeline)) as position
        from event_cursors where position is not null) c
      cross join event_sequence s left join lateral (
        select occurred_at from event_positions p
        where p.position > c.position and c.position < s.position order by p.position limit 1) as next on true
      group by 1
      """;

  private final Handle handle;

  EventCursorDao(Handle handle) {
    this.handle = handle;
  }

  Optional<Lease> take(String name, UUID holder, Duration time) {
    return handle
        .createQuery(TAKE)
        .setQueryTimeout(TIMEOUT_SECONDS)
        .bind("name", name)
        .bind("holder", holder)
        .bind("seconds", time.toMillis() / 1_000.0)
        .map(
            (row, context) -> {
              long number = row.getLong("position");
              var position =
                  Optional.ofNullable(row.getObject("timeline", Integer.class))
                      .map(timeline -> new EventPosition(timeline, number));
              return new Lease(name, holder, row.getLong("revision"), position);
            })
        .findOne();
  }

  boolean store(Lease lease, EventPosition position) {
    return handle
            .createUpdate(STORE)
            .setQueryTimeout(TIMEOUT_SECONDS)
            .bind("timeline", position.timeline())
            .bind("position", position.number())
            .bind("name", lease.name())
            .bind("holder", lease.holder())
            .bind("revision", lease.revision())
            .execute()
        == 1;
  }

  int release(Lease lease) {
    return handle
        .createUpdate(RELEASE)
        .setQueryTimeout(TIMEOUT_SECONDS)
        .bind("name", lease.name())
        .bind("holder", lease.holder())
        .bind("revision", lease.revision())
        .execute();
  }

  int set(String name, EventPosition position) {
    return handle
        .createUpdate(SET)
        .bind("name", name)
        .bind("timeline", position.timeline())
        .bind("position", position.number())
        .execute();
  }

  int delete(String name) {
    return handle
        .createUpdate("delete from event_cursors where name = :name")
        .bind("name", name)
        .execute();
  }

  Map<String, Lag> lags() {
    return handle
        .createQuery(LAGS)
        .setQueryTimeout(TIMEOUT_SECONDS)
        .collectRows(
            Collectors.toMap(
                row -> row.getColumn("sink", String.class),
                row ->
                    new Lag(
                        row.getColumn("events", Long.class),
                        Duration.ofMillis(row.getColumn("millis", Long.class)))));
  }
}
