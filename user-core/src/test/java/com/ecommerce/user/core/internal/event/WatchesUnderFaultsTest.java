package com.ecommerce.user.core.internal.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventReceiver;
import com.ecommerce.user.core.event.EventStart;
import com.ecommerce.user.core.event.EventWatch;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Ends readers, instances and connections of the database at random while users change, and
 * compares what the readers have received with the table. The campaign {@code events} of {@code
 * scripts/torture} does the same with processes that it kills.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(180)
class WatchesUnderFaultsTest {
  private static final RequestContext CALL = RequestContext.system();
  private static final int STEPS = 400;
  private static final int READERS = 4;
  private static final long SEED = 20261130;

  private final Random random = new Random(SEED);
  private final List<TestCore> cores = new ArrayList<>();

  /** A reader that stores its position after some messages, and starts again from there. */
  private static final class Reader {
    /** The received events by position. A second receipt must be the same. */
    private final Map<Long, UserEvent> received = new HashMap<>();

    private final List<String> violations = new ArrayList<>();
    private EventStart stored = EventStart.BEGINNING;
    private long reached;
    private int messages;
    private int capacity = Integer.MAX_VALUE;
    private EventWatch watch;

    synchronized void startOn(UserCore core) {
      watch = core.userEvents().watch(stored, EventFilter.ALL, new Run());
    }

    synchronized void stop() {
      watch.close();
    }

    synchronized void take(int more) {
      capacity = more;
      watch.signal();
    }

    /** The messages of one watch. */
    private final class Run implements EventReceiver {
      private EventPosition last;

      @Override
      public boolean isReady() {
        synchronized (Reader.this) {
          return capacity > 0;
        }
      }

      @Override
      public void onEvent(UserEvent event) {
        synchronized (Reader.this) {
          capacity--;
          moveTo(event.position(), 1);
          var before = received.putIfAbsent(event.position().number(), event);
          if (before != null && !before.id().equals(event.id())) {
            violations.add("two events at " + event.position());
          }
        }
      }

      @Override
      public void onPosition(EventPosition position) {
        synchronized (Reader.this) {
          moveTo(position, 0);
        }
      }

      private void moveTo(EventPosition position, int step) {
        if (last != null && position.number() < last.number() + step) {
          violations.add(position + " after " + last);
        }
        last = position;
        // A reader may end before it has stored its position.
        if (messages++ % 7 == 0) {
          stored = EventStart.after(position);
        }
        reached = Math.max(reached, position.number());
        Reader.this.notifyAll();
      }

      @Override
      public void onFailure(Throwable failure) {
        synchronized (Reader.this) {
          violations.add(failure.toString());
          Reader.this.notifyAll();
        }
      }
    }

    /** Waits until the position is reached or a violation is found. */
    synchronized void awaitPosition(long number) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (reached < number && violations.isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          violations.add("only " + reached + " of " + number + " was reached, at " + stored);
        } else {
          wait(left);
        }
      }
    }

    synchronized List<UUID> events() {
      return received.keySet().stream().sorted().map(number -> received.get(number).id()).toList();
    }

    synchronized List<String> violations() {
      return List.copyOf(violations);
    }
  }

  private UserCore core() {
    return cores.get(random.nextInt(cores.size())).core();
  }

  @Test
  void readers_receiveEveryEventInOrder_despiteFaults(TestDatabase database) throws Exception {
    cores.add(TestCore.on(database));
    cores.add(TestCore.on(database));
    List<Reader> readers = new ArrayList<>();
    List<Connection> open = new ArrayList<>();
    try {
      List<UserId> users = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        users.add(core().users().create(CALL, TestUsers.aUser("faults" + i + "@example.com")).id());
      }
      for (int i = 0; i < READERS; i++) {
        var reader = new Reader();
        reader.startOn(core());
        readers.add(reader);
      }
      for (int step = 0; step < STEPS; step++) {
        change(users.get(random.nextInt(users.size())), "Name " + step);
        overlap(database, open);
        fault(database, readers);
      }
      for (var connection : open) {
        endQuietly(connection);
      }
      for (var reader : readers) {
        reader.take(Integer.MAX_VALUE);
      }
      long end = lastPosition(database);

      var stored =
          database.query("select event_id from event_positions order by position").stream()
              .map(row -> (UUID) row.get("event_id"))
              .toList();
      assertTrue(stored.size() > STEPS / 2, stored.size() + " events");
      for (var reader : readers) {
        reader.awaitPosition(end);
        assertEquals(List.of(), reader.violations());
        assertEquals(stored, reader.events());
        assertVersionsAscend(reader);
      }
    } finally {
      readers.forEach(Reader::stop);
      cores.forEach(TestCore::close);
    }
  }

  /** Assigns the last positions without the instances, and returns the number of the last one. */
  private static long lastPosition(TestDatabase database) {
    var sequencer = new EventSequencer(new Database(database.dataSource()), new Random());
    Await.until(() -> !sequencer.advance().isBehind());
    return sequencer.advance().position();
  }

  private void change(UserId user, String name) {
    try {
      core().users().update(CALL, user, UserPatch.builder().firstName(name).build());
    } catch (UserServiceException failed) {
      // Its connection was terminated.
      assertEquals(ErrorReason.DATABASE_UNAVAILABLE, failed.reason());
    }
  }

  /** Begins or ends a transaction with an event, during which others commit. */
  private void overlap(TestDatabase database, List<Connection> open) throws Exception {
    if (open.size() < 3 && random.nextInt(10) == 0) {
      var connection = database.dataSource().getConnection();
      connection.setAutoCommit(false);
      try (var insert =
          connection.prepareStatement(
              """
              insert into events (id, occurred_at, actor, type, user_id, reason, fields)
              values (gen_random_uuid(), now(), 'test', 'session.started', gen_random_uuid(), '', '{}')
              """)) {
        insert.executeUpdate();
      }
      open.add(connection);
    } else if (!open.isEmpty() && random.nextInt(10) == 0) {
      endQuietly(open.remove(random.nextInt(open.size())));
    }
  }

  /** Commits, unless the connection was terminated. */
  private static void endQuietly(Connection connection) {
    try (connection) {
      connection.commit();
    } catch (SQLException terminated) {
      // Its connection was terminated, and its event rolled back.
      assertTrue(terminated.getSQLState().matches("57P01|08.*"), terminated.getSQLState());
    }
  }

  private void fault(TestDatabase database, List<Reader> readers) {
    var reader = readers.get(random.nextInt(readers.size()));
    switch (random.nextInt(30)) {
      case 0, 1, 2 -> {
        reader.stop();
        reader.startOn(core());
      }
      case 3, 4 -> reader.take(random.nextInt(20));
      case 5 -> reader.take(Integer.MAX_VALUE);
      case 6 ->
          database.query(
              """
              select pg_terminate_backend(pid) from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid() and random() < 0.5
              """);
      case 7 -> {
        int which = random.nextInt(cores.size());
        readers.forEach(Reader::stop);
        cores.get(which).close();
        cores.set(which, TestCore.on(database));
        readers.forEach(stopped -> stopped.startOn(core()));
      }
      default -> {
        // No fault in this step.
      }
    }
  }

  private static void assertVersionsAscend(Reader reader) {
    Map<UUID, Long> versions = new HashMap<>();
    reader.received.keySet().stream()
        .sorted()
        .map(reader.received::get)
        .filter(event -> event.userVersion().isPresent())
        .forEach(
            event -> {
              long version = event.userVersion().getAsLong();
              var before = versions.put(event.user(), version);
              assertTrue(before == null || before <= version, event.toString());
            });
  }
}
