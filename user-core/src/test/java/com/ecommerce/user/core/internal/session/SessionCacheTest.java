package com.ecommerce.user.core.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.event.EventFeed;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.Interception;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests the cache of sessions, on instances that read each other's events only when a test decides.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class SessionCacheTest {
  private static final RequestContext CALL = RequestContext.system();

  /** Sessions end before their access tokens do. */
  private static final Duration IDLE = Duration.ofMinutes(10);

  private static final TokenSettings TOKENS =
      new TokenSettings(Optional.empty(), Duration.ofMinutes(30), IDLE, "test", "test");

  private final MutableClock clock = MutableClock.atNoon();
  private final AtomicLong passed = new AtomicLong();
  private HikariDataSource pool;
  private HikariDataSource otherPool;
  private Interception interception;
  private UserCore core;
  private UserCore other;
  private UserId ada;
  private LoginResult signedIn;
  private String token;

  @BeforeEach
  void open(TestDatabase database) {
    pool = database.pool(8);
    otherPool = database.pool(8);
    interception = new Interception(pool);
    core = build(interception);
    other = build(new Interception(otherPool));
    try (var maker = TestCore.on(database)) {
      var newUser = TestUsers.aUser(UUID.randomUUID() + "@example.com");
      ada = maker.core().users().create(CALL, newUser).id();
    }
    core.catchUp();
    other.catchUp();
    signedIn = other.sessions().signIn(CALL, ada, "");
    token = signedIn.tokens().accessToken();
  }

  private UserCore build(Interception dataSource) {
    return UserCore.builder(dataSource.dataSource())
        .clock(clock)
        .tokens(TOKENS)
        .nanoTime(passed::get)
        .build();
  }

  @AfterEach
  void close() {
    core.close();
    other.close();
    pool.close();
    otherPool.close();
  }

  private ErrorReason refusal() {
    return assertThrows(UserServiceException.class, () -> core.sessions().authenticate(token))
        .reason();
  }

  private void assertKnown() {
    interception.lose();
    try {
      core.sessions().authenticate(token);
      assertTrue(
          core.sessions()
              .authenticateAsync(RequestContext.system(), token)
              .toCompletableFuture()
              .isDone());
    } finally {
      interception.restore();
    }
  }

  @Test
  void check_isAnsweredFromMemoryTheSecondTime() {
    core.sessions().authenticateAsync(RequestContext.system(), token).toCompletableFuture().join();

    assertKnown();

    assertTrue(core.sessionCacheStatistics().hits() >= 2);
    assertEquals(1, core.sessionCacheStatistics().entries());
  }

  @Test
  void answerThatIsUsed_isReadAgainInTheBackground_beforeItIsTooOld() throws InterruptedException {
    core.sessions().authenticate(token);
    var wasRead = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    interception.afterExecute(
        () -> {
          if (Thread.currentThread().getName().startsWith("user-reader")) {
            wasRead.countDown();
            await(goOn);
          }
        });
    passed.addAndGet(SessionReads.REFRESH_AGE.plusMillis(1).toNanos());
    core.catchUp();

    while (wasRead.getCount() > 0) {
      core.sessions().authenticate(token);
      Thread.onSpinWait();
    }
    assertKnown();

    goOn.countDown();
    passed.addAndGet(SessionCache.MAX_AGE.minus(SessionReads.REFRESH_AGE).toNanos());
    core.catchUp();
    Await.until(() -> core.sessionCacheStatistics().entries() > 0);
    assertKnown();
  }

  @Test
  void deletedUser_leavesNothingInMemoryForLong() {
    core.sessions().authenticate(token);
    other.users().delete(CALL, ada, "");
    core.catchUp();

    passed.addAndGet(SessionCache.MAX_AGE.toNanos());

    assertEquals(0, core.sessionCacheStatistics().entries());
    assertEquals(0, core.sessionCacheStatistics().bytes());
  }

  /** An event that ends a session, or the access of its user. */
  enum End {
    LOGOUT(test -> test.other.sessions().logout(CALL, test.signedIn.session().id())),
    REVOKED(test -> test.other.sessions().revoke(CALL, test.ada, test.signedIn.session().id())),
    CLOSED(test -> test.other.users().deactivate(CALL, test.ada, "")),
    DELETED(test -> test.other.users().delete(CALL, test.ada, ""));

    private final Consumer<SessionCacheTest> step;

    End(Consumer<SessionCacheTest> step) {
      this.step = step;
    }
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void end_byAnotherInstance_isKnownOnceTheFeedHasCaughtUp(End end) {
    core.sessions().authenticate(token);

    end.step.accept(this);
    core.catchUp();

    assertEquals(ErrorReason.SESSION_ENDED, refusal());
  }

  @ParameterizedTest
  @EnumSource(End.class)
  void end_byAnotherInstance_isKnownWithoutTheFeedAfterThreeSeconds(End end) {
    core.sessions().authenticate(token);

    end.step.accept(this);
    passed.addAndGet(EventFeed.MAX_AGE.toNanos() + 1);

    assertEquals(ErrorReason.SESSION_ENDED, refusal());
  }

  @Test
  void roles_thatAnotherInstanceChanged_areKnownOnceTheFeedHasCaughtUp() {
    core.sessions().authenticate(token);

    var patch = UserPatch.builder().roles(Set.of(Role.SUPPORT)).build();
    other.users().update(CALL, ada, patch);
    core.catchUp();

    var caller = (Caller.User) core.sessions().authenticate(token);
    assertEquals(Set.of(Role.SUPPORT), caller.roles());
  }

  @Test
  void ownEnd_whoseCommitGotNoAnswer_isKnownAtOnce() {
    core.sessions().authenticate(token);
    interception.afterCommit(
        () -> {
          throw new SQLException("the connection broke", "08006");
        });

    assertThrows(
        UserServiceException.class, () -> core.sessions().logout(CALL, signedIn.session().id()));

    interception.afterCommit(() -> {});
    assertEquals(ErrorReason.SESSION_ENDED, refusal());
  }

  @Test
  void check_thatIsOvertakenByTheEnd_leavesNoOldAnswer() throws InterruptedException {
    // The key that verifies tokens is read before.
    core.sessions().authenticate(token);
    passed.addAndGet(SessionCache.MAX_AGE.toNanos());
    core.catchUp();
    var wasRead = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var steps = new AtomicInteger();
    interception.afterExecute(
        () -> {
          if (Thread.currentThread().getName().startsWith("user-reader")
              && steps.incrementAndGet() == 1) {
            wasRead.countDown();
            await(goOn);
          }
        });
    var overtaken =
        core.sessions().authenticateAsync(RequestContext.system(), token).toCompletableFuture();
    wasRead.await();

    core.sessions().logout(CALL, signedIn.session().id());
    goOn.countDown();

    assertEquals(signedIn.session().id(), overtaken.join().ownSession().orElseThrow());
    assertEquals(ErrorReason.SESSION_ENDED, refusal());
  }

  private static void await(CountDownLatch latch) throws SQLException {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new SQLException("interrupted", interrupted);
    }
  }

  @Test
  void session_thatAnotherInstanceRenewed_isNotOverWhenItWouldHaveBeen() {
    core.sessions().authenticate(token);
    clock.advance(IDLE.minusSeconds(1));
    other.sessions().refresh(CALL, signedIn.tokens().refreshToken());

    clock.advance(Duration.ofSeconds(2));

    assertEquals(
        signedIn.session().id(), core.sessions().authenticate(token).ownSession().orElseThrow());
  }
}
