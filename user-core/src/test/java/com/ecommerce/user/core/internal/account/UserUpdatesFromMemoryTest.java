package com.ecommerce.user.core.internal.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.DatabaseSettings;
import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.Interception;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests updates that start from a cached copy, outdated or not, and the copy that they leave. The
 * cores are not started, so they do not poll; a test decides when one catches up.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class UserUpdatesFromMemoryTest {
  private static final RequestContext CALL = RequestContext.system();

  private final AtomicLong passed = new AtomicLong();
  private TestDatabase database;
  private HikariDataSource pool;
  private Interception interception;
  private UserCore core;
  private UserCore other;
  private User ada;

  @BeforeEach
  void open(TestDatabase ownDatabase) {
    database = ownDatabase;
    pool = database.pool(8);
    interception = new Interception(pool);
    core =
        UserCore.builder(interception.dataSource())
            .database(DatabaseSettings.DEFAULT.withFeed(pool))
            .nanoTime(passed::get)
            .build();
    other = UserCore.builder(pool).database(DatabaseSettings.DEFAULT.withFeed(pool)).build();
    core.catchUp();
    ada = aUser();
    assertEquals(ada, core.users().get(CALL, ada.id()), "kept in memory");
  }

  @AfterEach
  void close() {
    core.close();
    other.close();
    pool.close();
  }

  /** Creates a user with a core of its own, since only a started core hashes passwords. */
  private User aUser() {
    try (var maker = TestCore.on(database)) {
      return maker.core().users().create(CALL, TestUsers.aUser(UUID.randomUUID() + "@example.com"));
    }
  }

  private static UserPatch firstName(String name) {
    return UserPatch.builder().firstName(name).build();
  }

  private static UserPatch lastName(String name) {
    return UserPatch.builder().lastName(name).build();
  }

  private CompletableFuture<User> updating(UserPatch patch) {
    return core.users().updateAsync(CALL, ada.id(), patch).toCompletableFuture();
  }

  private User updated(UserPatch patch) {
    return updating(patch).join();
  }

  private ErrorReason reasonOf(UserPatch patch) {
    var failure = assertThrows(CompletionException.class, () -> updated(patch));
    return ((UserServiceException) failure.getCause()).reason();
  }

  private User stored() {
    return other.users().getCurrent(CALL, ada.id());
  }

  private User seen() {
    return core.users().get(CALL, ada.id());
  }

  private User seenWithoutTheDatabase() {
    interception.lose();
    try {
      return seen();
    } finally {
      interception.restore();
    }
  }

  private int updates(UserId user) {
    return database
        .query("select from events where type = 'user.updated' and user_id = ?", user.value())
        .size();
  }

  @Test
  void update_fromAnOldCopy_undoesNothing() {
    other.users().update(CALL, ada.id(), firstName("Augusta"));

    var after = updated(lastName("King"));

    assertEquals("Augusta King", after.fullName());
    assertEquals(3, after.audit().version());
    assertEquals(after, stored());
    assertEquals(after, seen());
  }

  @Test
  void update_toWhatAnOldCopySays_isWritten() {
    other.users().update(CALL, ada.id(), firstName("Augusta"));

    var after = updated(firstName(ada.firstName()));

    assertEquals(ada.firstName(), after.firstName());
    assertEquals(3, after.audit().version());
    assertEquals(after, stored());
  }

  @Test
  void update_thatChangesNothing_answersHowItIs() {
    var now = other.users().update(CALL, ada.id(), lastName("King"));

    assertEquals(now, updated(firstName(ada.firstName())));
    assertEquals(now, stored());
    assertEquals(1, updates(ada.id()));
  }

  @Test
  void update_thatALoginOvertakes_leavesNoCopyWithoutIt() {
    interception.beforeConnection(
        () -> {
          interception.restore();
          loginElsewhere();
          core.catchUp();
          assertTrue(seen().lastLoginAt().isPresent());
        });

    updated(firstName("Augusta"));

    assertTrue(stored().lastLoginAt().isPresent());
    assertEquals(stored(), seen());
  }

  private void loginElsewhere() {
    try (var instance = TestCore.on(database)) {
      var password = Password.parse(TestUsers.PASSWORD);
      instance.core().sessions().login(CALL, ada.email(), password, "");
    }
  }

  @Test
  void update_ofSomebodyWhoIsGone_isRefused() {
    other.users().delete(CALL, ada.id(), "");

    assertEquals(ErrorReason.USER_NOT_FOUND, reasonOf(firstName(ada.firstName())));
    assertEquals(ErrorReason.USER_NOT_FOUND, reasonOf(firstName("Augusta")));
    assertEquals(0, updates(ada.id()));
  }

  @Test
  void update_ofTheVersionThatAnOldCopyHas_isRefused() {
    other.users().update(CALL, ada.id(), firstName("Augusta"));
    var patch = UserPatch.builder().lastName("King").expectedVersion(1).build();

    assertEquals(ErrorReason.VERSION_MISMATCH, reasonOf(patch));
    assertEquals(2, updated(UserPatch.builder().expectedVersion(2).build()).audit().version());
  }

  @Test
  void update_keepsWhatWasDoneByHandToOtherParts() {
    database.execute("update users set last_name = 'King' where id = ?", ada.id().value());

    updated(UserPatch.builder().avatarUrl("https://example.com/ada.png").build());

    assertEquals("King", stored().lastName());
    assertEquals("https://example.com/ada.png", stored().avatarUrl());
  }

  @Test
  void update_leavesACopyOfWhatItMade() {
    var after = updated(firstName("Augusta"));
    assertEquals(after, seenWithoutTheDatabase());

    core.catchUp();
    assertEquals(after, seenWithoutTheDatabase(), "its own event tells nothing new");

    var later = other.users().update(CALL, ada.id(), lastName("King"));
    core.catchUp();
    assertEquals(later, seen());
  }

  @Test
  void update_leavesACopyThatIsNoYoungerThanBefore() {
    database.execute("update users set last_name = 'King' where id = ?", ada.id().value());
    passed.addAndGet(UserCache.MAX_AGE.minus(Duration.ofSeconds(1)).toNanos());
    core.catchUp();
    updated(UserPatch.builder().avatarUrl("https://example.com/ada.png").build());

    passed.addAndGet(Duration.ofSeconds(1).toNanos());

    assertEquals(stored(), seen());
    assertEquals("King", seen().lastName());
  }

  @Test
  void update_whoseAnswerIsLost_leavesNoOldCopy() {
    interception.afterExecute(
        () -> {
          throw new SQLException("the connection broke", "08006");
        });

    assertEquals(ErrorReason.DATABASE_UNAVAILABLE, reasonOf(firstName("Augusta")));

    interception.afterExecute(() -> {});
    assertEquals("Augusta", seen().firstName());
  }

  @Test
  void update_thatIsOvertakenByAnOwnOne_leavesNoOldCopy() throws InterruptedException {
    assertOvertaken(() -> core.users().update(CALL, ada.id(), lastName("King")));
  }

  @Test
  void update_thatIsOvertakenByAnotherInstance_leavesNoOldCopy() throws InterruptedException {
    assertOvertaken(
        () -> {
          var later = other.users().update(CALL, ada.id(), lastName("King"));
          core.catchUp();
          return later;
        });
  }

  private void assertOvertaken(Supplier<User> laterUpdate) throws InterruptedException {
    var first = new Held();
    interception.afterExecute(first);
    var overtaken = updating(firstName("Augusta"));
    first.awaitExecuted();

    var later = laterUpdate.get();
    assertEquals(later, seen(), "kept in memory");
    first.goOn();

    assertEquals(2, overtaken.join().audit().version());
    assertEquals(3, later.audit().version());
    assertEquals(later, seen());
  }

  /** Keeps the first statement between its commit and its answer. */
  private static final class Held implements Interception.Step {
    private final AtomicBoolean isTaken = new AtomicBoolean();
    private final CountDownLatch executed = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public void run() throws SQLException {
      if (isTaken.compareAndSet(false, true)) {
        executed.countDown();
        try {
          goOn.await();
        } catch (InterruptedException interrupted) {
          throw new SQLException("interrupted", interrupted);
        }
      }
    }

    void awaitExecuted() throws InterruptedException {
      executed.await();
    }

    void goOn() {
      goOn.countDown();
    }
  }

  @Test
  void update_onAPoolThatDoesNotCommitByItself_isCommitted() {
    var config = new HikariConfig();
    config.setDataSource(database.dataSource());
    config.setMaximumPoolSize(1);
    config.setAutoCommit(false);
    try (var uncommitting = new HikariDataSource(config);
        var embedded =
            UserCore.builder(uncommitting)
                .database(DatabaseSettings.DEFAULT.withFeed(uncommitting))
                .cacheBytes(0)
                .build()) {
      var after =
          embedded
              .users()
              .updateAsync(CALL, ada.id(), firstName("Augusta"))
              .toCompletableFuture()
              .join();

      assertEquals(2, after.audit().version());
      assertEquals(after, stored());
    }
  }
}
