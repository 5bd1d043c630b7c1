package com.ecommerce.user.core.internal.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.ServiceKeys;
import com.ecommerce.user.core.internal.hash.PasswordHasher;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class PasswordChecksTest {
  private static final RequestContext CALL = RequestContext.by(new Actor("tester"));
  private static final Password RIGHT = Password.parse(TestUsers.PASSWORD);
  private static final Password WRONG = Password.parse("not the passphrase");

  /** Accepts the password. */
  private static final PasswordChecks.Purpose<UserId> ENTER =
      new PasswordChecks.Purpose<>(
          HashingPool.Part.LOGIN,
          (tx, user) -> true,
          verified -> Optional.empty(),
          (tx, user, rehashed) -> user,
          tx -> Optional.empty());

  @Test
  void throttledAttempt_isAnsweredWithoutHashing(TestDatabase database) throws Exception {
    try (var testCore = TestCore.on(database);
        var pool = pool(4)) {
      pool.start();
      User user = testCore.core().users().create(CALL, TestUsers.aUser("shut@example.com"));
      PasswordChecks checks = checks(database, testCore, pool);
      for (int i = 0; i < 6; i++) {
        assertEquals(Optional.empty(), check(checks, user.id(), WRONG));
      }
      var running = new CountDownLatch(1);
      var release = new CountDownLatch(1);
      var occupied = occupied(pool, () -> occupy(running, release)).toCompletableFuture();
      assertTrue(waitFor(running));

      var right = check(checks, user.id(), RIGHT);

      assertEquals(Optional.empty(), right);
      assertFalse(occupied.isDone());
      assertEquals(0, pool.statistics().waiting());
      release.countDown();
      occupied.join();
    }
  }

  @Test
  void throttledAttempt_isRefusedLikeOthersWhenTheQueueIsFull(TestDatabase database) {
    try (var testCore = TestCore.on(database);
        var pool = pool(1)) {
      pool.start();
      User user = testCore.core().users().create(CALL, TestUsers.aUser("full@example.com"));
      PasswordChecks checks = checks(database, testCore, pool);
      for (int i = 0; i < 6; i++) {
        check(checks, user.id(), WRONG);
      }
      var running = new CountDownLatch(1);
      var release = new CountDownLatch(1);
      var occupied = occupied(pool, () -> occupy(running, release)).toCompletableFuture();
      assertTrue(waitFor(running));
      var waiting = occupied(pool, () -> waitFor(release)).toCompletableFuture();

      var refused = Stages.join(checks.attempt(CALL, user.id()).handle((attempt, none) -> attempt));

      assertTrue(refused.isRefused());
      assertEquals(
          "HASHING_BUSY",
          checks
              .check(CALL, refused, RIGHT, ENTER)
              .handle((entered, failure) -> ((UserServiceException) failure).reason().name())
              .toCompletableFuture()
              .join());
      release.countDown();
      occupied.join();
      waiting.join();
    }
  }

  private static HashingPool pool(int places) {
    return new HashingPool(1, places, Duration.ofMillis(1), System::nanoTime, waited -> {});
  }

  private static CompletionStage<Boolean> occupied(HashingPool pool, Supplier<Boolean> work) {
    return pool.submit(CALL, HashingPool.Part.LOGIN, work);
  }

  private static PasswordChecks checks(
      TestDatabase testDatabase, TestCore testCore, HashingPool pool) {
    var database = new Database(testDatabase.dataSource());
    var keys = new ServiceKeys(database);
    var origins = new SignInOrigins(testCore.clock(), keys);
    var security = LoginThrottleTest.security(database, testCore.clock());
    var throttle = new LoginThrottle(testCore.clock(), keys, origins, security, List.of());
    var hasher = new PasswordHasher(TestCore.CHEAP_PASSWORDS.hash(), new SecureRandom());
    return new PasswordChecks(
        database,
        Workers.on(Runnable::run),
        hasher,
        pool,
        throttle,
        security,
        new CheckTimes(new SecureRandom(), System::nanoTime));
  }

  private static Optional<UserId> check(PasswordChecks checks, UserId user, Password password) {
    return Stages.join(
        checks
            .attempt(CALL, user)
            .thenCompose(attempt -> checks.check(CALL, attempt, password, ENTER)));
  }

  private static boolean occupy(CountDownLatch running, CountDownLatch release) {
    running.countDown();
    return waitFor(release);
  }

  private static boolean waitFor(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
