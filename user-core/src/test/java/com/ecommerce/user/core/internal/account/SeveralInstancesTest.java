package com.ecommerce.user.core.internal.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests two started instances on one database, with writers and readers on both, and with
 * connections that break. Each read is compared with the writes that were acknowledged before it
 * began.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class SeveralInstancesTest {
  private static final RequestContext CALL = RequestContext.system();
  private static final int USERS = 20;
  private static final Duration TIME = Duration.ofSeconds(5);
  private static final long DELETED = Long.MAX_VALUE;

  private final List<Known> known = IntStream.range(0, USERS).mapToObj(i -> new Known()).toList();
  private final AtomicLong reads = new AtomicLong();

  /** The acknowledged changes of one user. */
  private static final class Known {
    private volatile UserId id;

    /** Set before a deletion, since one that fails may have been committed. */
    private boolean deletionTried;

    /** The versions by the time of their acknowledgement, from both instances. */
    private final ConcurrentNavigableMap<Long, Long> all = new ConcurrentSkipListMap<>();

    private final Map<UserCore, AtomicLong> own = new ConcurrentHashMap<>();

    /** Writes to the user. Writes of one user are made one after the other. */
    synchronized void write(UserCore by) {
      long version = change(by);
      own.computeIfAbsent(by, core -> new AtomicLong()).set(version);
      all.put(System.nanoTime(), version);
    }

    private long change(UserCore by) {
      try {
        return changeExisting(by);
      } catch (UserServiceException failed) {
        if (failed.reason() == ErrorReason.USER_NOT_FOUND && deletionTried) {
          return DELETED;
        }
        throw failed;
      }
    }

    private long changeExisting(UserCore by) {
      var users = by.users();
      var before = users.getCurrent(CALL, id);
      int kind = ThreadLocalRandom.current().nextInt(100);
      if (kind < 2) {
        deletionTried = true;
        users.delete(CALL, id, "");
        return DELETED;
      }
      if (kind < 30) {
        return before.status().isOpen()
            ? users.deactivate(CALL, id, "").audit().version()
            : users.reactivate(CALL, id).audit().version();
      }
      var patch = UserPatch.builder().firstName("Ada " + before.audit().version()).build();
      var changed =
          kind < 65
              ? users.update(CALL, id, patch)
              : Stages.join(users.updateAsync(CALL, id, patch));
      return changed.audit().version();
    }

    boolean isDeleted() {
      var last = all.lastEntry();
      return last != null && last.getValue() == DELETED;
    }

    /** Returns the oldest version that a read may show if it begins now on the instance. */
    long due(UserCore on) {
      long ownVersion = own.containsKey(on) ? own.get(on).get() : 0;
      // The poll began earlier, so it has seen everything that was acknowledged before that.
      long polled = System.nanoTime() - on.cacheAge().orElseThrow().toNanos();
      var seen = all.headMap(polled).lastEntry();
      var bound = all.headMap(System.nanoTime() - Duration.ofSeconds(3).toNanos()).lastEntry();
      return Stream.of(seen, bound)
          .filter(entry -> entry != null)
          .mapToLong(Map.Entry::getValue)
          .reduce(ownVersion, Math::max);
    }
  }

  @Test
  void reads_showEveryWriteThatWasAcknowledgedBeforeThem(TestDatabase database) {
    try (var first = TestCore.on(database);
        var second = TestCore.on(database)) {
      var cores = List.of(first.core(), second.core());
      cores.forEach(core -> core.catchUp());
      for (int i = 0; i < USERS; i++) {
        var newUser = TestUsers.aUser("user" + i + "@several.example.com");
        known.get(i).id = first.core().users().create(CALL, newUser).id();
      }
      long end = System.nanoTime() + TIME.toNanos();
      var work =
          cores.stream()
              .flatMap(
                  core ->
                      Stream.<Runnable>of(
                          () -> write(core, end), () -> read(core, end), () -> read(core, end)))
              .toList();
      var breaking = CompletableFuture.runAsync(() -> breakConnections(database, end));
      runAll(work);
      breaking.join();

      cores.forEach(
          core -> {
            known.forEach(user -> checkAtTheEnd(core, user));
            assertTrue(core.userCacheStatistics().hits() > 0);
          });
      assertTrue(reads.get() > USERS);
    }
  }

  private static void runAll(List<Runnable> work) {
    var threads = Executors.newFixedThreadPool(work.size());
    try {
      work.stream()
          .map(piece -> CompletableFuture.runAsync(piece, threads))
          .toList()
          .forEach(CompletableFuture::join);
    } finally {
      threads.shutdownNow();
    }
  }

  private void write(UserCore core, long end) {
    while (System.nanoTime() < end) {
      var user = known.get(ThreadLocalRandom.current().nextInt(USERS));
      synchronized (user) {
        if (!user.isDeleted()) {
          // A failed write was not acknowledged, and may be visible or not.
          whileAvailable(
              () -> {
                user.write(core);
                return null;
              });
        }
      }
    }
  }

  private void read(UserCore core, long end) {
    while (System.nanoTime() < end) {
      whileAvailable(
          () -> {
            check(core, known.get(ThreadLocalRandom.current().nextInt(USERS)));
            return null;
          });
    }
  }

  /** Does the work, and tolerates a failure because of a connection that was broken on purpose. */
  private static void whileAvailable(Supplier<Void> work) {
    try {
      work.get();
    } catch (UserServiceException failed) {
      if (failed.reason() != ErrorReason.DATABASE_UNAVAILABLE) {
        throw failed;
      }
    }
  }

  private void check(UserCore core, Known user) {
    long due = user.due(core);
    long shown = version(core, user.id);
    assertTrue(shown >= due, () -> "version " + shown + " (expected: " + due + " or later)");
    reads.incrementAndGet();
  }

  /** Checks until a call succeeds, since the pool may still have connections that were broken. */
  private void checkAtTheEnd(UserCore core, Known user) {
    long before = reads.get();
    // The timeout of the test ends this loop.
    while (reads.get() == before) {
      whileAvailable(
          () -> {
            core.catchUp();
            check(core, user);
            return null;
          });
    }
  }

  private static long version(UserCore core, UserId id) {
    try {
      return core.users().get(CALL, id).audit().version();
    } catch (UserServiceException failed) {
      if (failed.reason() == ErrorReason.USER_NOT_FOUND) {
        return DELETED;
      }
      throw failed;
    }
  }

  private static void breakConnections(TestDatabase database, long end) {
    int broken = 0;
    while (System.nanoTime() < end) {
      broken +=
          database
              .query(
                  """
                  select pg_terminate_backend(pid), pg_sleep(0.3) from pg_stat_activity
                  where datname = current_database() and pid <> pg_backend_pid() order by random() limit 1
                  """)
              .size();
    }
    assertTrue(broken > 0);
  }

  @Test
  void startedInstance_learnsOfOthersByItself(TestDatabase database) {
    try (var first = TestCore.on(database);
        var second = TestCore.on(database)) {
      var id = first.core().users().create(CALL, TestUsers.aUser("own@example.com")).id();
      second.core().catchUp();
      second.core().users().get(CALL, id);
      var patch = UserPatch.builder().firstName("Augusta").build();
      first.core().users().update(CALL, id, patch);

      Await.until(() -> second.core().users().get(CALL, id).audit().version() > 1);

      assertEquals("Augusta", second.core().users().get(CALL, id).firstName());
    }
  }
}
