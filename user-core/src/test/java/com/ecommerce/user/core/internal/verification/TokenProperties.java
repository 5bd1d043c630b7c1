package com.ecommerce.user.core.internal.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestMailbox;
import com.ecommerce.user.core.testing.TestPostgres;
import com.ecommerce.user.core.testing.TestUsers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Tests that a token works once, for its own purpose, until it expires, a newer one of its purpose
 * is issued, or a reset proves the email, in any order of requests, confirmations and resets.
 */
class TokenProperties {
  private static TestCore testCore;
  private static TestMailbox mailbox;

  /** An action of a user or a clock. */
  private enum Step {
    ASK_FOR_VERIFICATION,
    ASK_FOR_RESET,
    CONFIRM,
    RESET,
    WAIT
  }

  /**
   * @param choice the index of an earlier token, or a duration
   */
  private record Action(Step step, int choice) {}

  /** The model of a mailed token. */
  private static final class Issued {
    final TokenPurpose purpose;
    final String secret;
    final Instant expiresAt;
    boolean used;
    boolean replaced;

    Issued(TokenPurpose purpose, String secret, Instant expiresAt) {
      this.purpose = purpose;
      this.secret = secret;
      this.expiresAt = expiresAt;
    }

    Optional<ErrorReason> failureFor(TokenPurpose wanted, Instant now) {
      boolean again = used && wanted == TokenPurpose.VERIFY_EMAIL;
      if (purpose != wanted || replaced || (used && !again)) {
        return Optional.of(ErrorReason.TOKEN_INVALID);
      }
      return again || now.isBefore(expiresAt)
          ? Optional.empty()
          : Optional.of(ErrorReason.TOKEN_EXPIRED);
    }
  }

  @BeforeContainer
  static void start() {
    var database = TestPostgres.shared().newDatabase();
    testCore = TestCore.on(database);
    mailbox = TestMailbox.of(database, testCore.clock());
  }

  @AfterContainer
  static void stop() {
    mailbox.close();
    testCore.close();
  }

  @Property(tries = 60)
  void aToken_worksOnceForItsPurposeUntilItExpiresOrIsReplaced(
      @ForAll("actions") @Size(max = 14) List<Action> actions) {
    String email = UUID.randomUUID() + "@example.com";
    User user = testCore.core().users().create(RequestContext.system(), TestUsers.aUser(email));
    var issued = new ArrayList<Issued>();
    note(issued, TokenPurpose.VERIFY_EMAIL, email, Duration.ofHours(24));
    for (Action action : actions) {
      switch (action.step()) {
        case ASK_FOR_VERIFICATION -> askForVerification(issued, user, email);
        case ASK_FOR_RESET -> askForReset(issued, user, email);
        case CONFIRM -> use(issued, action.choice(), TokenPurpose.VERIFY_EMAIL);
        case RESET -> use(issued, action.choice(), TokenPurpose.RESET_PASSWORD);
        case WAIT -> testCore.clock().advance(Duration.ofMinutes(1 + 7L * action.choice()));
      }
    }
  }

  @Provide
  Arbitrary<List<Action>> actions() {
    return Combinators.combine(Arbitraries.of(Step.class), Arbitraries.integers().between(0, 250))
        .as(Action::new)
        .list();
  }

  private static void askForVerification(List<Issued> issued, User user, String email) {
    int mailsBefore = mailbox.mailsTo(email).size();
    try {
      testCore.core().emailVerifications().request(RequestContext.system(), user.id());
    } catch (UserServiceException limited) {
      assertEquals(ErrorReason.RATE_LIMITED, limited.reason());
    }
    if (mailbox.mailsTo(email).size() > mailsBefore) {
      note(issued, TokenPurpose.VERIFY_EMAIL, email, Duration.ofHours(24));
    }
  }

  private static void askForReset(List<Issued> issued, User user, String email) {
    int mailsBefore = mailbox.mailsTo(email).size();
    testCore.core().passwordResets().request(RequestContext.system(), user.email());
    if (mailbox.mailsTo(email).size() > mailsBefore) {
      note(issued, TokenPurpose.RESET_PASSWORD, email, Duration.ofHours(1));
    }
  }

  private static void note(
      List<Issued> issued, TokenPurpose purpose, String email, Duration lifetime) {
    replaceOpen(issued, purpose);
    String secret = mailbox.newestTokenTo(email);
    issued.add(new Issued(purpose, secret, testCore.clock().instant().plus(lifetime)));
  }

  private static void use(List<Issued> issued, int choice, TokenPurpose purpose) {
    Issued token = issued.get(choice % issued.size());
    var expected = token.failureFor(purpose, testCore.clock().instant());
    assertEquals(expected, failureOf(token.secret, purpose));
    token.used |= expected.isEmpty();
    if (expected.isEmpty() && purpose == TokenPurpose.RESET_PASSWORD) {
      // It proves the email, so that there is nothing left to verify.
      replaceOpen(issued, TokenPurpose.VERIFY_EMAIL);
    }
  }

  private static void replaceOpen(List<Issued> issued, TokenPurpose purpose) {
    issued.stream()
        .filter(older -> older.purpose == purpose && !older.used)
        .forEach(older -> older.replaced = true);
  }

  private static Optional<ErrorReason> failureOf(String secret, TokenPurpose purpose) {
    try {
      switch (purpose) {
        case VERIFY_EMAIL ->
            testCore.core().emailVerifications().confirm(RequestContext.system(), secret);
        case RESET_PASSWORD ->
            testCore
                .core()
                .passwordResets()
                .reset(RequestContext.system(), secret, Password.parse("a brand new passphrase"));
      }
      return Optional.empty();
    } catch (UserServiceException failed) {
      return Optional.of(failed.reason());
    }
  }
}
