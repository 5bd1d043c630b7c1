package com.ecommerce.user.core.internal.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.testing.Interception;
import com.ecommerce.user.core.testing.Races;
import com.ecommerce.user.core.testing.TestAddresses;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestUsers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests calls with one idempotency key that run at the same time or lose their connection. */
class IdempotentWritesUnderFaultsTest extends IdempotencyTesting {
  private static final int AT_ONCE = 50;

  @Test
  void manyCallsAtOnce_haveOneEffectAndOneAnswer() {
    User user = aUser();
    String key = aKey();
    List<Supplier<UUID>> calls =
        IntStream.range(0, AT_ONCE).<Supplier<UUID>>mapToObj(i -> () -> add(user, key, i)).toList();

    var outcomes = Races.run(calls);

    var ids = outcomes.stream().map(outcome -> outcome.join()).collect(Collectors.toSet());
    assertEquals(1, ids.size());
    assertEquals(1, count("select count(*) from addresses where user_id = ?", user.id().value()));
  }

  /** Adds an address, and tries again while a call with the key runs. */
  private UUID add(User user, String key, int number) {
    var core = (number % 2 == 0 ? one : other).core();
    for (int attempt = 0; attempt < 10_000; attempt++) {
      try {
        return core.addresses()
            .add(keyed(key), user.id(), TestAddresses.anAddress(AddressType.BILLING))
            .id()
            .value();
      } catch (UserServiceException failed) {
        assertEquals(ErrorReason.REQUEST_IN_PROGRESS, failed.reason());
        assertTrue(failed.retryAfter().isPresent());
        Thread.onSpinWait();
      }
    }
    throw new AssertionError("the first call never ended");
  }

  @Test
  void runningCall_makesAnotherOneFailAtOnce() throws Exception {
    User user = aUser();
    String key = aKey();
    var locked = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var thread = Executors.newSingleThreadExecutor();
    try {
      var running =
          thread.submit(
              () ->
                  one.core()
                      .users()
                      .updateAsync(
                          keyed(key),
                          user.id(),
                          current -> {
                            locked.countDown();
                            await(release);
                            return name("Slow");
                          })
                      .toCompletableFuture()
                      .join());
      await(locked);

      var failure =
          failureOf(() -> other.core().users().update(keyed(key), user.id(), name("Slow")));

      assertEquals(ErrorReason.REQUEST_IN_PROGRESS, failure.reason());
      assertEquals(Optional.of(Duration.ofSeconds(1)), failure.retryAfter());
      release.countDown();
      assertEquals("Slow", running.get(30, TimeUnit.SECONDS).firstName());
      var again = keyed(key);
      assertEquals("Slow", other.core().users().update(again, user.id(), name("Slow")).firstName());
      assertTrue(again.isReplayed());
    } finally {
      release.countDown();
      thread.shutdownNow();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Test
  void connectionLostAfterTheCommit_leavesOneEffectAndOneAnswer() {
    onConnectionsToLose(
        (core, interception) -> {
          var newUser = TestUsers.aUser(anEmail());
          String key = aKey();
          interception.afterCommit(IdempotentWritesUnderFaultsTest::loseConnection);
          var lost = failureOf(() -> core.users().create(keyed(key), newUser));
          interception.afterCommit(() -> {});

          var again = keyed(key);
          User created = other.core().users().create(again, newUser);

          assertEquals(ErrorReason.DATABASE_UNAVAILABLE, lost.reason());
          assertTrue(again.isReplayed());
          assertEquals(created, other.core().users().get(CALL, created.id()));
        });
  }

  @Test
  void connectionLostBeforeTheCommit_leavesNothing() {
    onConnectionsToLose(
        (core, interception) -> {
          var newUser = TestUsers.aUser(anEmail());
          String key = aKey();
          interception.afterExecute(IdempotentWritesUnderFaultsTest::loseConnection);
          var lost = failureOf(() -> core.users().create(keyed(key), newUser));
          interception.afterExecute(() -> {});

          var again = keyed(key);
          core.users().create(again, newUser);

          assertEquals(ErrorReason.DATABASE_UNAVAILABLE, lost.reason());
          assertFalse(again.isReplayed());
        });
  }

  /** Runs a test with a core of its own, whose connections can be lost. */
  private void onConnectionsToLose(BiConsumer<UserCore, Interception> test) {
    try (var pool = database.pool(4)) {
      var interception = new Interception(pool);
      try (var core =
          UserCore.builder(interception.dataSource())
              .clock(one.clock())
              .passwords(TestCore.CHEAP_PASSWORDS)
              .build()) {
        core.start();
        test.accept(core, interception);
      }
    }
  }

  private static void loseConnection() throws SQLException {
    throw new SQLException("the connection is lost", "08006");
  }
}
