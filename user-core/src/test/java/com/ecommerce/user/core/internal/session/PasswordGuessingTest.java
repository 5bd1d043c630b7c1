package com.ecommerce.user.core.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.testing.Races;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestMailbox;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests guessing attacks against two instances on one database. */
class PasswordGuessingTest extends SessionTesting {
  private static final Password WRONG = Password.parse("not the password");
  private static final String GUESSING = "Many wrong passwords for your account";
  private static final int AT_ONCE = 12;

  private static final AtomicInteger NETWORKS = new AtomicInteger();
  private TestMailbox mailbox;

  @BeforeAll
  void openMailbox() {
    mailbox = TestMailbox.of(database, testCore.clock());
  }

  @AfterAll
  void closeMailbox() {
    mailbox.close();
  }

  /** Returns a call from a network that was not used before. */
  private static RequestContext somewhere() {
    int number = NETWORKS.incrementAndGet();
    return new RequestContext(
        Actor.SYSTEM, "10.9." + number / 256 + "." + number % 256 + "/32", Cancellation.NEVER);
  }

  private static ErrorReason tryTo(
      Sessions instance, RequestContext call, Email email, Password password) {
    return reasonOf(() -> instance.login(call, email, password, ""));
  }

  private void assertIn(RequestContext call, User user) {
    assertLive(sessions.login(call, user.email(), PASSWORD, "phone"));
  }

  private void assertRefused(RequestContext call, User user) {
    assertEquals(ErrorReason.CREDENTIALS_INVALID, tryTo(sessions, call, user.email(), PASSWORD));
  }

  /** Guesses from a new network each time, at alternating instances. */
  private void guess(Email email, int times) {
    var remaining = new AtomicInteger(times);
    Races.run(
            IntStream.range(0, AT_ONCE)
                .<Supplier<Boolean>>mapToObj(
                    thread ->
                        () -> {
                          var core = thread % 2 == 0 ? testCore.core() : otherInstance.core();
                          while (remaining.getAndDecrement() > 0) {
                            tryTo(core.sessions(), somewhere(), email, WRONG);
                          }
                          return true;
                        })
                .toList())
        .forEach(CompletableFuture::join);
  }

  private long guessingMailsTo(User user) {
    return mailbox.mailsTo(user.email().address()).stream()
        .filter(mail -> mail.subject().equals(GUESSING))
        .count();
  }

  @Test
  void guessesFromManyNetworks_areCheckedAHundredTimesAndToldOnce() {
    var hashed = new AtomicInteger();
    var user = aUser();
    login(user);
    try (var counted =
        TestCore.on(
            database,
            builder ->
                builder.clock(testCore.clock()).hashingWaits(wait -> hashed.incrementAndGet()))) {
      var instance = counted.core().sessions();
      var remaining = new AtomicInteger(1_193);
      Races.run(
              IntStream.range(0, AT_ONCE)
                  .<Supplier<Boolean>>mapToObj(
                      thread ->
                          () -> {
                            while (remaining.getAndDecrement() > 0) {
                              assertEquals(
                                  ErrorReason.CREDENTIALS_INVALID,
                                  tryTo(instance, somewhere(), user.email(), WRONG));
                            }
                            return true;
                          })
                  .toList())
          .forEach(CompletableFuture::join);
    }

    int atMost = 100 + AT_ONCE;
    assertTrue(hashed.get() <= atMost, hashed + " guesses were hashed");
    assertRefused(somewhere(), user);
    assertIn(CALL, user);
    assertEquals(1, guessingMailsTo(user));
  }

  @Test
  void attacksThatGoOn_areToldOnceADay() {
    var user = aUser();
    login(user);
    guess(user.email(), 110);
    for (int hour = 1; hour < 24; hour += 6) {
      testCore.clock().advance(Duration.ofHours(6));
      guess(user.email(), 110);
      assertRefused(somewhere(), user);
    }

    assertEquals(2, guessingMailsTo(user));
  }

  @Test
  void theOwner_isLetInElsewhereAfterAReset() {
    var user = aUser();
    login(user);
    guess(user.email(), 110);
    var elsewhere = somewhere();
    assertRefused(elsewhere, user);

    testCore.core().passwordResets().request(elsewhere, user.email());
    String token = mailbox.newestTokenTo(user.email().address());
    var next = Password.parse("a brand new passphrase");
    testCore.core().passwordResets().reset(elsewhere, token, next);
    guess(user.email(), 110);

    assertLive(sessions.login(elsewhere, user.email(), next, "laptop"));
    assertEquals(ErrorReason.CREDENTIALS_INVALID, tryTo(sessions, somewhere(), user.email(), next));
  }

  @Test
  void theOwnerOfAClosedAccount_getsNoMail() {
    var user = aUser();
    setStatus(user, UserStatus.BANNED);

    guess(user.email(), 110);

    assertEquals(0, guessingMailsTo(user));
  }

  @Test
  void anUnknownAddress_isAnsweredLikeAnAccountThroughout() {
    var nobody = Email.parse("nobody-at-all@example.com");
    guess(nobody, 110);

    assertEquals(ErrorReason.CREDENTIALS_INVALID, tryTo(sessions, somewhere(), nobody, PASSWORD));
    assertEquals(List.of(), mailbox.mailsTo(nobody.address()));
  }

  @Test
  void othersBehindTheAddressOfAGuesser_goOn() {
    var shared = somewhere();
    var regular = aUser();
    assertIn(shared, regular);
    var newcomer = aUser();
    var second = aUser();
    for (int i = 0; i < 51; i++) {
      tryTo(sessions, shared, Email.parse("guessed" + i + "@example.com"), WRONG);
    }

    assertIn(shared, regular);
    assertRefused(shared, newcomer);
    testCore.clock().advance(Duration.ofSeconds(1));
    assertIn(shared, newcomer);
    assertRefused(shared, second);
    assertIn(shared, newcomer);
    assertIn(somewhere(), second);
    testCore.clock().advance(Duration.ofSeconds(1));
    assertIn(shared, second);
  }

  @Test
  void turnsOfAnAddress_areOneASecondForAllInstances() {
    var shared = somewhere();
    for (int i = 0; i < 51; i++) {
      tryTo(sessions, shared, Email.parse("sprayed" + i + "@example.com"), WRONG);
    }
    var newcomers = IntStream.range(0, 8).mapToObj(i -> aUser()).toList();
    testCore.clock().advance(Duration.ofSeconds(1));

    var entered =
        Races.run(
            IntStream.range(0, newcomers.size())
                .<Supplier<LoginResult>>mapToObj(
                    i ->
                        () -> {
                          var core = i % 2 == 0 ? testCore.core() : otherInstance.core();
                          return core.sessions()
                              .login(shared, newcomers.get(i).email(), PASSWORD, "");
                        })
                .toList());

    assertEquals(1, entered.stream().filter(one -> !one.isCompletedExceptionally()).count());
  }
}
