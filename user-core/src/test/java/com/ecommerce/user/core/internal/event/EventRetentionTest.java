package com.ecommerce.user.core.internal.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestPostgres;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class EventRetentionTest {
  private static final Duration RETENTION = Duration.ofDays(400);

  private TestDatabase database;
  private Database access;
  private EventSequencer sequencer;

  @BeforeEach
  void begin() {
    // Each test needs all partitions.
    database = TestPostgres.shared().newDatabase();
    access = new Database(database.dataSource());
    sequencer = new EventSequencer(access, new Random());
  }

  private int runAt(Instant now, Duration retention) {
    return new EventRetention(access, Clock.fixed(now, ZoneOffset.UTC), retention).getAsInt();
  }

  private UUID append(Instant time) {
    UUID id = UUID.randomUUID();
    database.execute(
        """
        insert into events (id, occurred_at, actor, type, user_id, reason, fields)
        values (?, ?::timestamptz, 'test', 'user.updated', ?, '', '{}')
        """,
        id,
        time.toString(),
        UUID.randomUUID());
    return id;
  }

  private List<Object> stored() {
    return database.query("select id from events order by occurred_at").stream()
        .map(row -> row.get("id"))
        .toList();
  }

  /** Returns the end of the first partition, after which each partition is a month. */
  private Instant firstMonth() {
    var row =
        database
            .query(
                """
                select (regexp_match(pg_get_expr(relpartbound, oid), 'TO \\(''([^'']+)''\\)'))[1]::timestamptz as time
                from pg_class where relname = 'events_first'
                """)
            .get(0);
    return ((Timestamp) row.get("time")).toInstant();
  }

  @Test
  void partitions_areDroppedWhenAllOfTheirEventsAreOldEnough() {
    Instant month = firstMonth();
    UUID old = append(month.minusSeconds(1));
    long dropped = sequencer.advance().position();
    UUID next = append(month.plusSeconds(1));
    var state = sequencer.advance();
    Instant now = Instant.now();
    // Negative, since the first partition ends in the future.
    var age = Duration.between(month, now.truncatedTo(ChronoUnit.SECONDS));

    assertEquals(0, runAt(now, age.plusSeconds(1)));
    assertEquals(List.of(old, next), stored());
    assertEquals(1, runAt(now, age.minusSeconds(1)));
    assertEquals(List.of(next), stored());
    assertEquals(0, runAt(now, age.minusSeconds(1)));

    assertEquals(dropped, sequencer.advance().droppedThrough());
    var follower = new EventFollower(access, sequencer, System::nanoTime);
    assertOutOfRange(
        () -> follower.inCurrentTimeline(new EventPosition(state.timeline(), dropped - 1)));
    var kept = new EventPosition(state.timeline(), dropped);
    assertEquals(kept, follower.inCurrentTimeline(kept));
    var page = follower.range(EventFilter.ALL, EventTail.emptyAt(state), dropped - 1);
    assertTrue(page.isIncomplete());
  }

  @Test
  void clockThatIsAhead_dropsNothing() {
    UUID id = append(firstMonth().minusSeconds(1));

    assertEquals(0, runAt(Instant.now().plus(RETENTION.multipliedBy(2)), RETENTION));

    assertEquals(List.of(id), stored());
  }

  @Test
  void allClocksThatAreAhead_dropNothing_beforeThereAreLaterEvents() {
    Instant now = Instant.now();
    Instant month = firstMonth();
    UUID id = append(now.minus(Duration.ofDays(1)));
    sequencer.advance();
    // A negative age has the effect of clocks that are ahead, up to the end of the partition.
    var age = Duration.between(month, now).minusHours(1);

    assertEquals(0, runAt(now, age));
    assertEquals(List.of(id), stored());

    append(now);
    sequencer.advance();
    assertEquals(1, runAt(now, age));
  }

  private static void assertOutOfRange(Executable call) {
    var failure = assertThrows(UserServiceException.class, call);
    assertEquals(ErrorReason.POSITION_OUT_OF_RANGE, failure.reason());
  }

  @Test
  void partitionsOfTheComingMonths_areAdded_andTakeEventsFromTheDefaultPartition() {
    Instant late = Instant.now().plus(Duration.ofDays(45));
    database.execute(
        """
        do $$
        declare name text;
        begin
          for name in select c.relname from pg_inherits join pg_class c on c.oid = inhrelid
              where inhparent in ('events'::regclass, 'event_positions'::regclass) and c.relname ~ '_[0-9]+$' loop
            execute format('drop table %I', name);
          end loop;
        end $$
        """);
    Instant first =
        ((Timestamp)
                database
                    .query("select event_partitions_end('event_positions') as time")
                    .get(0)
                    .get("time"))
            .toInstant();
    UUID id = append(first.plusSeconds(60).isAfter(late) ? first.plusSeconds(60) : late);
    sequencer.advance();

    runAt(Instant.now(), RETENTION);

    assertEquals(
        List.of(),
        database.query("select from events_default union all select from event_positions_default"));
    assertTrue(stored().contains(id));
    assertTrue(
        database.query("select from pg_class where relname ~ '^events_[0-9]{4}_[0-9]{2}$'").size()
            >= 2);
  }
}
