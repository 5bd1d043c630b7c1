package com.ecommerce.user.core.internal.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/** Manages the partitions of the event log. Each partition of events has one of positions. */
final class EventPartitionDao {
  private final Handle tx;

  EventPartitionDao(Handle tx) {
    this.tx = tx;
  }

  /**
   * Locks the row of the sequencer, and limits the wait for locks of tables, since other
   * transactions queue behind it. Returns false if the row is locked.
   */
  boolean lock() {
    tx.execute("set local lock_timeout = '1s'");
    return tx.createQuery("select position from event_sequence for update skip locked")
        .mapTo(Long.class)
        .findOne()
        .isPresent();
  }

  /** Adds partitions if less than two months are left. */
  void addPartitions() {
    tx.execute(
        """
        select add_event_partitions(parent, now() + interval '4 months')
        from unnest(array['events', 'event_positions']) as parent
        where event_partitions_end(parent) < now() + interval '2 months'
        """);
  }

  /**
   * Returns the suffixes of the names of the partitions whose events are all older than the age, by
   * the clock of the database, by the given time and by the last event. So one clock that is ahead
   * does not drop partitions too early.
   */
  List<String> olderThan(Duration age, Instant now) {
    return tx.createQuery(
            """
            select substr(c.relname, length('events') + 1) as name
            from pg_inherits join pg_class c on c.oid = inhrelid
            where inhparent = 'events'::regclass
              and (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \\(''([^'']+)''\\)'))[1]::timestamptz
              <= least(:now, now(), (select max(occurred_at) from event_positions)) - make_interval(secs => :seconds)
            order by 1
            """)
        .bind("now", now)
        .bind("seconds", age.toSeconds())
        .mapTo(String.class)
        .list();
  }

  /** Drops the events of a partition with their positions. */
  void drop(String name) {
    var sql =
        """
        update event_sequence set dropped_through = greatest(dropped_through,
          coalesce((select max(position) from event_positions%1$s), 0));
        drop table event_positions%1$s, events%1$s
        """;
    tx.execute(String.format(Locale.ROOT, sql, name));
  }

  /** Deletes the timelines whose last positions are gone. */
  void forgetTimelines() {
    tx.execute(
        """
        delete from event_timelines t where exists (
          select from event_timelines later, event_sequence s
          where later.number > t.number and later.begins_after < s.dropped_through)
        """);
  }
}
