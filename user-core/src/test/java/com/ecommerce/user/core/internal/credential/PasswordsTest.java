package com.ecommerce.user.core.internal.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordSettings;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestMailbox;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PasswordsTest {
  private static final RequestContext CALL = RequestContext.by(new Actor("tester"));
  private static final Password CURRENT = Password.parse(TestUsers.PASSWORD);
  private static final Password NEXT = Password.parse("a brand new passphrase");
  private static final Password WRONG = Password.parse("not the passphrase");

  /** Django's own hash of {@link TestUsers#PASSWORD}, with few iterations. */
  private static final String DJANGO_HASH =
      "pbkdf2_sha256$1000$seasalt$DrdiWD40lyBuydnjvZiDrdQMx1S1mOA9O0QYex0R6ww=";

  private TestDatabase database;
  private TestCore testCore;
  private Users users;
  private JdbiPasswords passwords;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    testCore = TestCore.on(database);
    users = testCore.core().users();
    passwords = (JdbiPasswords) testCore.core().passwords();
  }

  @AfterAll
  void stop() {
    testCore.close();
  }

  @Test
  void change_replacesThePasswordAndMailsANotice() {
    User user = create("change@example.com");
    try (var mailbox = TestMailbox.of(database, testCore.clock())) {
      passwords.change(CALL, user.id(), CURRENT, NEXT);

      assertEquals(Optional.empty(), passwords.verify(CALL, user.id(), CURRENT));
      assertEquals(Optional.of(user.id()), passwords.verify(CALL, user.id(), NEXT));
      var mails = mailbox.mailsTo("change@example.com");
      assertEquals("Your password was changed", mails.get(mails.size() - 1).subject());
      assertEquals(
          List.of("password"),
          database
              .query(
                  "select unnest(fields) as field from events where user_id = ? and type = 'user.password_changed'",
                  user.id().value())
              .stream()
              .map(row -> row.get("field"))
              .toList());
    }
  }

  @Test
  void change_withWrongCurrentPassword_isAMismatch() {
    User user = create("mismatch@example.com");

    var failure = failureOf(() -> passwords.change(CALL, user.id(), WRONG, NEXT));

    assertEquals(ErrorReason.PASSWORD_MISMATCH, failure.reason());
    assertEquals("current_password", failure.violations().get(0).field());
    assertEquals(Optional.of(user.id()), passwords.verify(CALL, user.id(), CURRENT));
  }

  @Test
  void change_countsWrongOnesAsGuesses() {
    User user = create("guessed@example.com");
    for (int i = 0; i < 6; i++) {
      failureOf(() -> passwords.change(CALL, user.id(), WRONG, NEXT));
    }

    var failure = failureOf(() -> passwords.change(CALL, user.id(), CURRENT, NEXT));

    assertEquals(ErrorReason.PASSWORD_MISMATCH, failure.reason());
    assertEquals(Optional.empty(), passwords.verify(CALL, "guessed@example.com", CURRENT));
  }

  @Test
  void change_toTheSameOrAWeakPassword_isRejectedAndNotCounted() {
    User user = create("rules@example.com");
    for (int i = 0; i < 10; i++) {
      var same = failureOf(() -> passwords.change(CALL, user.id(), CURRENT, CURRENT));
      var weak =
          failureOf(() -> passwords.change(CALL, user.id(), WRONG, Password.parse("lovelace")));

      assertEquals("SAME_PASSWORD", same.violations().get(0).rule());
      assertEquals("new_password", same.violations().get(0).field());
      assertEquals("PERSONAL_PASSWORD", weak.violations().get(0).rule());
    }

    passwords.change(CALL, user.id(), CURRENT, NEXT);
  }

  @Test
  void change_ofUnknownUserIsNotFound() {
    var id = new UserId(UUID.randomUUID());

    assertEquals(
        ErrorReason.USER_NOT_FOUND,
        failureOf(() -> passwords.change(CALL, id, CURRENT, NEXT)).reason());
  }

  @Test
  void change_atTheSameTimeFromOnePassword_exactlyOneWins() {
    User user = create("changes@example.com");

    var attempts =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    passwords
                        .changeAsync(
                            CALL, user.id(), CURRENT, Password.parse("contender number " + i))
                        .toCompletableFuture())
            .toList();
    var winners = IntStream.range(0, 4).filter(i -> succeeds(attempts.get(i))).boxed().toList();

    assertEquals(1, winners.size());
    var winner = Password.parse("contender number " + winners.get(0));
    assertEquals(Optional.of(user.id()), passwords.verify(CALL, user.id(), winner));
  }

  @Test
  void verify_knowsUsersByEmailAndById() {
    User user = create("known@example.com");

    assertEquals(Optional.of(user.id()), passwords.verify(CALL, "known@example.com", CURRENT));
    assertEquals(Optional.of(user.id()), passwords.verify(CALL, user.id(), CURRENT));
    assertEquals(Optional.empty(), passwords.verify(CALL, "known@example.com", WRONG));
    assertEquals(Optional.empty(), passwords.verify(CALL, "unknown@example.com", CURRENT));
    assertEquals(Optional.empty(), passwords.verify(CALL, new UserId(UUID.randomUUID()), CURRENT));
  }

  @Test
  void verify_ofUserWithoutAPassword_isWrong() {
    User user = create("without@example.com");
    database.execute("delete from credentials where user_id = ?", user.id().value());

    assertEquals(Optional.empty(), passwords.verify(CALL, user.id(), CURRENT));
  }

  @Test
  void verify_rewritesDjangoHashesAfterSuccessAlone() {
    User user = create("django@example.com");
    setHash(user, DJANGO_HASH);

    assertEquals(Optional.empty(), passwords.verify(CALL, user.id(), WRONG));
    assertEquals(DJANGO_HASH, hashOf(user));
    assertEquals(Optional.of(user.id()), passwords.verify(CALL, user.id(), CURRENT));
    assertTrue(hashOf(user).startsWith("$bcrypt-sha256$v=2,t=2b,r=4$"));
    assertEquals(Optional.of(user.id()), passwords.verify(CALL, user.id(), CURRENT));
  }

  @Test
  void verify_rewritesWeakerHashes() {
    User user = create("weak@example.com");
    try (var stronger =
        TestCore.on(
            database,
            builder ->
                builder.passwords(PasswordSettings.DEFAULT.withHash(HashSettings.bcrypt(5))))) {
      stronger.core().passwords().verify(CALL, user.id(), CURRENT);
    }
    String rewritten = hashOf(user);

    assertTrue(rewritten.startsWith("$bcrypt-sha256$v=2,t=2b,r=5$"));
    passwords.verify(CALL, user.id(), CURRENT);
    assertEquals(rewritten, hashOf(user));
  }

  @Test
  void verify_whileThePasswordChanges_refusesTheOldOneAndKeepsTheNewHash() throws Exception {
    User user = create("overtaken@example.com");
    setHash(user, DJANGO_HASH);
    var steps = new LinkedBlockingQueue<Runnable>();
    try (var stepwise = TestCore.on(database, builder -> builder.workers(Workers.on(steps::add)))) {
      var verification =
          stepwise.core().passwords().verifyAsync(CALL, user.id(), CURRENT).toCompletableFuture();
      next(steps).run();
      Runnable settlement = next(steps);
      passwords.change(CALL, user.id(), CURRENT, NEXT);
      String changed = hashOf(user);
      settlement.run();
      while (!verification.isDone()) {
        next(steps).run();
      }

      assertEquals(Optional.empty(), verification.join());
      assertEquals(changed, hashOf(user));
    }
  }

  @Test
  void verify_runsWhatIsAcceptedInItsTransaction() {
    User user = create("rollback@example.com");
    setHash(user, DJANGO_HASH);

    var failed =
        passwords
            .<String>verifyAsync(
                CALL,
                "rollback@example.com",
                CURRENT,
                (tx, id) -> true,
                (tx, id) -> {
                  throw UserServiceException.of(ErrorReason.ACCOUNT_BANNED, "banned");
                })
            .toCompletableFuture();

    assertThrows(CompletionException.class, failed::join);
    assertEquals(DJANGO_HASH, hashOf(user));
  }

  @Test
  void fullExecutor_failsTheStages() {
    User user = create("nothread@example.com");
    Executor full =
        task -> {
          throw new RejectedExecutionException("full");
        };
    try (var busy = TestCore.on(database, builder -> builder.workers(Workers.on(full)))) {
      var core = busy.core();

      var refused =
          List.of(
              core.passwords().verifyAsync(CALL, user.id(), CURRENT),
              core.passwords().changeAsync(CALL, user.id(), CURRENT, NEXT),
              core.passwordResets().resetAsync(CALL, "a token", NEXT),
              core.users().createAsync(CALL, TestUsers.aUser("nothread2@example.com")));

      for (var stage : refused) {
        var failure = assertThrows(CompletionException.class, stage.toCompletableFuture()::join);
        assertInstanceOf(RejectedExecutionException.class, failure.getCause());
      }
    }
  }

  @Test
  void hash_ofAWeakPassword_failsItsStage() {
    var person = TestUsers.aUser("weakling@example.com").person();

    var stage = passwords.hash(CALL, Password.parse("password"), person).toCompletableFuture();

    var failure = assertThrows(CompletionException.class, stage::join);
    assertEquals(ErrorReason.INVALID_REQUEST, ((UserServiceException) failure.getCause()).reason());
  }

  @Test
  void fullLane_refusesEveryKindOfCallAtOnce() throws Exception {
    User user = create("busy@example.com");
    try (var mailbox = TestMailbox.of(database, testCore.clock());
        var busy =
            TestCore.on(
                database,
                builder ->
                    builder
                        .passwords(TestCore.CHEAP_PASSWORDS.withThreads(1).withQueue(1))
                        .workers(Workers.on(Runnable::run)))) {
      testCore.core().passwordResets().request(CALL, user.email());
      String token = mailbox.newestTokenTo("busy@example.com");
      var core = busy.core();
      // The only thread computes a costly hash, and the only place in the queue is taken.
      setHash(user, "pbkdf2_sha256$1000000$salt$" + "A".repeat(43) + "=");
      List<CompletableFuture<?>> hashing = new ArrayList<>();
      while (hashing.size() < 2) {
        var next = core.passwords().verifyAsync(CALL, user.id(), CURRENT).toCompletableFuture();
        if (!next.isCompletedExceptionally()) {
          hashing.add(next);
        }
      }

      var refused =
          List.of(
              core.passwords().verifyAsync(CALL, user.id(), CURRENT),
              core.passwords().changeAsync(CALL, user.id(), CURRENT, NEXT),
              core.passwordResets().resetAsync(CALL, token, NEXT),
              core.users().createAsync(CALL, TestUsers.aUser("busier@example.com")));

      for (var stage : refused) {
        var failure =
            assertThrows(CompletionException.class, () -> stage.toCompletableFuture().getNow(null));
        assertEquals(
            ErrorReason.HASHING_BUSY, ((UserServiceException) failure.getCause()).reason());
      }
      // On a busy machine, the waiting one may be refused in the end.
      hashing.forEach(stage -> stage.exceptionally(late -> null).join());
    }
  }

  private User create(String email) {
    return users.create(CALL, TestUsers.aUser(email));
  }

  private void setHash(User user, String hash) {
    database.execute(
        "update credentials set password_hash = ? where user_id = ?", hash, user.id().value());
  }

  private String hashOf(User user) {
    return database
        .query("select password_hash from credentials where user_id = ?", user.id().value())
        .get(0)
        .get("password_hash")
        .toString();
  }

  private static Runnable next(BlockingQueue<Runnable> steps) throws InterruptedException {
    Runnable step = steps.poll(30, TimeUnit.SECONDS);
    assertTrue(step != null, "the next step did not come");
    return step;
  }

  private static boolean succeeds(CompletableFuture<?> attempt) {
    try {
      attempt.join();
      return true;
    } catch (CompletionException failed) {
      assertEquals(
          ErrorReason.PASSWORD_MISMATCH, ((UserServiceException) failed.getCause()).reason());
      return false;
    }
  }

  private static UserServiceException failureOf(Executable call) {
    return assertThrows(UserServiceException.class, call);
  }
}
