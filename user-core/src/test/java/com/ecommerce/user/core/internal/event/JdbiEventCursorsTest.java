package com.ecommerce.user.core.internal.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.event.EventCursors;
import com.ecommerce.user.core.event.EventCursors.Lease;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventStatistics.Lag;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.Races;
import com.ecommerce.user.core.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class JdbiEventCursorsTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final UUID ONE = new UUID(0, 1);
  private static final UUID OTHER = new UUID(0, 2);

  private final String name = "sink/" + UUID.randomUUID();
  private TestDatabase database;
  private JdbiEventCursors cursors;

  @BeforeEach
  void begin(TestDatabase ownDatabase) {
    database = ownDatabase;
    cursors = new JdbiEventCursors(new Database(database.dataSource()));
  }

  private Lease take(UUID holder) {
    return cursors.take(name, holder, LONG).orElseThrow();
  }

  /** Ends the lease as time does. */
  private void endLease() {
    database.execute(
        "update event_cursors set held_until = now() - interval '1 millisecond' where name = ?",
        name);
  }

  private static EventPosition position(long number) {
    return new EventPosition(7, number);
  }

  @Test
  void lease_isOfOneHolder_untilItEnds() {
    var first = take(ONE);
    assertEquals(Optional.empty(), first.position());
    assertTrue(cursors.store(first, position(3)));

    assertEquals(Optional.empty(), cursors.take(name, OTHER, LONG));
    endLease();
    var second = take(OTHER);

    assertEquals(Optional.of(position(3)), second.position());
    assertEquals(Optional.empty(), cursors.take(name, ONE, LONG));
  }

  @Test
  void holder_whoseLeaseEnded_cannotStore() {
    var lost = take(ONE);
    endLease();
    assertFalse(cursors.store(lost, position(1)));

    var next = take(OTHER);
    assertFalse(cursors.store(lost, position(1)));
    assertTrue(cursors.store(next, position(2)));

    endLease();
    var regained = take(ONE);
    assertFalse(cursors.store(lost, position(1)));
    assertEquals(Optional.of(position(2)), regained.position());
    assertTrue(cursors.store(regained, position(3)));
  }

  @Test
  void renewedLease_isTheSameOne() {
    var lease = take(ONE);
    endLease();

    var renewed = take(ONE);

    assertEquals(lease, renewed);
    assertTrue(cursors.store(lease, position(1)));
  }

  @Test
  void releasedLease_isFreeAtOnce() {
    var lease = take(ONE);
    cursors.store(lease, position(1));

    cursors.release(lease);

    assertFalse(cursors.store(lease, position(2)));
    var next = take(OTHER);
    cursors.release(lease);
    assertTrue(cursors.store(next, position(2)));
  }

  @Test
  void setPosition_isThatOfTheNextLease_andKeepsTheHolder() {
    var lease = take(ONE);

    cursors.set(name, position(9));

    assertFalse(cursors.store(lease, position(1)));
    assertEquals(Optional.empty(), cursors.take(name, OTHER, LONG));
    var renewed = take(ONE);
    assertEquals(Optional.of(position(9)), renewed.position());
    assertTrue(renewed.revision() > lease.revision());
    assertTrue(cursors.store(renewed, position(10)));
  }

  @Test
  void set_createsACursor_andDelete_removesIt() {
    cursors.set(name, position(9));
    assertEquals(Optional.of(position(9)), take(ONE).position());
    var lease = take(ONE);

    cursors.delete(name);

    assertFalse(cursors.store(lease, position(10)));
    assertEquals(Optional.empty(), take(OTHER).position());
  }

  @Test
  void lease_thatManyWantAtOnce_isOfOneOfThem() {
    var tries =
        IntStream.range(0, 16)
            .<Supplier<Boolean>>mapToObj(
                i -> () -> cursors.take(name, new UUID(1, i), LONG).isPresent())
            .toList();

    var taken = Races.run(tries);

    assertEquals(1, taken.stream().filter(CompletableFuture::join).count());
  }

  @Test
  void lag_isThatOfTheLastCursorOfTheSink() {
    var sequencer = new EventSequencer(new Database(database.dataSource()), new Random());
    long end = sequencer.advance().position();
    String sink = UUID.randomUUID().toString();
    EventCursors all = cursors;
    all.set(sink, position(end));
    assertEquals(new Lag(0, Duration.ZERO), lag(sink));

    database.execute(
        """
        insert into events (id, occurred_at, actor, type, user_id, reason, fields)
        select gen_random_uuid(), now() - interval '1 hour', 'system', 'user.updated', gen_random_uuid(), '', '{}'
        from generate_series(1, 3)
        """);
    sequencer.advance();
    all.set(sink + "/ahead", position(end + 2));
    all.take(sink + "/new", ONE, LONG);

    assertEquals(3, lag(sink).events());
    assertTrue(lag(sink).age().compareTo(Duration.ofHours(1)) >= 0, lag(sink).toString());
    assertTrue(lag(sink).age().compareTo(Duration.ofHours(2)) < 0, lag(sink).toString());
    all.set(sink, position(end + 3));
    assertEquals(1, lag(sink).events());
    List.of(sink, sink + "/ahead", sink + "/new").forEach(all::delete);
  }

  @Test
  void lag_countsFromTheEndOfAnEarlierTimeline() {
    var sequencer = new EventSequencer(new Database(database.dataSource()), new Random());
    var state = sequencer.advance();
    String sink = UUID.randomUUID().toString();
    // A failover has lost the last ten positions, and then three new events came.
    EventCursors all = cursors;
    all.set(sink, new EventPosition(state.timeline(), state.position() + 10));
    database.execute(
        "insert into event_timelines (id, begins_after) values (?, ?)", 12, state.position());
    database.execute(
        """
        insert into events (id, occurred_at, actor, type, user_id, reason, fields)
        select gen_random_uuid(), now(), 'system', 'user.updated', gen_random_uuid(), '', '{}'
        from generate_series(1, 3)
        """);
    sequencer.advance();

    assertEquals(3, lag(sink).events());
    database.execute("delete from event_timelines where id = 12");
    all.delete(sink);
  }

  private Lag lag(String sink) {
    return cursors.lags(RequestContext.system()).get(sink);
  }
}
