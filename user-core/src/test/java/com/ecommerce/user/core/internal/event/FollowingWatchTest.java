package com.ecommerce.user.core.internal.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventReceiver;
import com.ecommerce.user.core.event.EventStart;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
@Timeout(120)
class FollowingWatchTest {
  private static final int EVENTS = 5_000;

  /** A clock that the time of a heartbeat passes on between any two looks at it. */
  private final AtomicLong nanoTime = new AtomicLong();

  private final BlockingQueue<EventPosition> positions = new LinkedBlockingQueue<>();
  private final BlockingQueue<Long> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

  private final EventReceiver receiver =
      new EventReceiver() {
        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void onEvent(UserEvent event) {
          events.add(event.position().number());
        }

        @Override
        public void onPosition(EventPosition position) {
          positions.add(position);
        }

        @Override
        public void onFailure(Throwable failure) {
          failures.add(failure);
        }
      };

  private static void append(TestDatabase database, int events) {
    database.execute(
        """
        insert into events (id, occurred_at, actor, type, user_id, reason, fields)
        select gen_random_uuid(), '2026-03-01', 'system', 'user.updated', gen_random_uuid(), '', '{}'
        from generate_series(1, ?)
        """,
        events);
  }

  private static EventFilter ofType(EventType type) {
    return new EventFilter(
        Set.of(type.code()), Set.of(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void eventsBeforeTheTail_areAllRead_whateverTheSizeOfAPage(TestDatabase database)
      throws InterruptedException {
    append(database, EVENTS);
    var access = new Database(database.dataSource());
    var sequencer = new EventSequencer(access, new Random());
    long end = sequencer.advance().position();

    try (var follower =
        new EventFollower(
            access, sequencer, () -> nanoTime.addAndGet(UserEvents.HEARTBEAT.toNanos()))) {
      follower.start();
      try (var watch =
          follower.watch(EventStart.BEGINNING, ofType(EventType.USER_UPDATED), receiver)) {
        for (long number = 1; number <= end; number++) {
          assertEquals(number, events.poll(30, TimeUnit.SECONDS));
        }
      }
    }
    assertTrue(end >= EVENTS);
    assertEquals(List.of(), List.copyOf(failures));
  }

  /** A receiver that takes a few events, and then no more until it is told to. */
  private static final class SlowReceiver implements EventReceiver {
    final AtomicInteger room = new AtomicInteger();
    final BlockingQueue<Long> taken = new LinkedBlockingQueue<>();
    volatile WeakReference<UserEvent> last;

    @Override
    public boolean isReady() {
      return room.get() > 0;
    }

    @Override
    public void onEvent(UserEvent event) {
      room.decrementAndGet();
      last = new WeakReference<>(event);
      taken.add(event.position().number());
    }

    @Override
    public void onPosition(EventPosition position) {}

    @Override
    public void onFailure(Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void slowReceiver_getsEachEventOnce_andKeepsNoneInMemory(TestDatabase database)
      throws InterruptedException {
    append(database, EVENTS);
    var access = new Database(database.dataSource());
    var sequencer = new EventSequencer(access, new Random());
    sequencer.advance();
    var slow = new SlowReceiver();

    try (var follower = new EventFollower(access, sequencer, System::nanoTime)) {
      follower.start();
      try (var watch = follower.watch(EventStart.BEGINNING, ofType(EventType.USER_UPDATED), slow)) {
        long next = 1;
        for (int room : List.of(1, 99, 30, 250, 1)) {
          slow.room.set(room);
          watch.signal();
          for (int i = 0; i < room; i++) {
            assertEquals(next++, slow.taken.poll(30, TimeUnit.SECONDS));
          }
        }
        // If the watch kept the rest of a page, it would also keep the events before.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (slow.last.get() != null) {
          assertTrue(System.nanoTime() < end, "the watch keeps events");
          System.gc();
        }
        assertTrue(slow.taken.isEmpty());
      }
    }
  }

  @Test
  void heartbeats_areSentWhileTheFilterAdmitsNothingInALongRange(TestDatabase database)
      throws InterruptedException {
    append(database, EVENTS);
    var access = new Database(database.dataSource());
    var sequencer = new EventSequencer(access, new Random());
    long end = sequencer.advance().position();
    var filter = ofType(EventType.USER_DELETED);

    try (var follower =
        new EventFollower(
            access, sequencer, () -> nanoTime.addAndGet(UserEvents.HEARTBEAT.toNanos()))) {
      follower.start();
      try (var watch = follower.watch(EventStart.BEGINNING, filter, receiver)) {
        var first = positions.poll(30, TimeUnit.SECONDS);
        var second = positions.poll(30, TimeUnit.SECONDS);

        assertEquals(0, first.number());
        assertTrue(second.number() < end, second + " of " + end);
      }
    }
    assertEquals(List.of(), List.copyOf(events));
    assertEquals(List.of(), List.copyOf(failures));
  }

  @Test
  void heartbeats_areSentWhilePositionsAreBeingAssigned(TestDatabase database) throws Exception {
    var access = new Database(database.dataSource());
    var sequencer = new EventSequencer(access, new Random());
    sequencer.advance();

    try (var follower =
            new EventFollower(
                access, sequencer, () -> nanoTime.addAndGet(UserEvents.HEARTBEAT.toNanos()));
        var connection = database.dataSource().getConnection();
        var statement = connection.createStatement()) {
      follower.start();
      try (var watch = follower.watch(EventStart.NOW, EventFilter.ALL, receiver)) {
        assertNotNull(positions.poll(30, TimeUnit.SECONDS));
        connection.setAutoCommit(false);
        statement.execute("lock table event_positions in share mode");
        append(database, 1);
        do {
          assertNotNull(positions.poll(30, TimeUnit.SECONDS));
        } while (waiting(database) == 0);
        positions.clear();

        for (int i = 0; i < 3; i++) {
          assertNotNull(positions.poll(30, TimeUnit.SECONDS));
        }
        assertEquals(1, waiting(database));
      }
      connection.rollback();
    }
    assertEquals(List.of(), List.copyOf(events));
    assertEquals(List.of(), List.copyOf(failures));
  }

  /** Returns the number of transactions that wait for the lock of a table. */
  private static int waiting(TestDatabase database) {
    return database
        .query("select from pg_locks where not granted and relation = 'event_positions'::regclass")
        .size();
  }
}
