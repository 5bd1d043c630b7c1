package com.ecommerce.user.core.internal.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.verification.MailRequest;
import com.ecommerce.user.core.verification.PasswordResets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PasswordResetsTest extends MailedLinksTesting {
  private static final Password OLD = Password.parse(TestUsers.PASSWORD);
  private static final Password NEW = Password.parse("a brand new passphrase");

  private Passwords passwords;
  private PasswordResets resets;

  @BeforeAll
  void findParts() {
    passwords = testCore.core().passwords();
    resets = testCore.core().passwordResets();
  }

  @Test
  void request_answersTheSameForEveryAddress() {
    users.create(CALL, TestUsers.aUser("known@example.com"));
    User closed = users.create(CALL, TestUsers.aUser("closed@example.com"));
    users.deactivate(CALL, closed.id(), "");
    int mailsBefore = mailbox.mailsTo("closed@example.com").size();

    MailRequest known = request("known@example.com");
    MailRequest unknown = request("unknown@example.com");
    MailRequest deactivated = request("closed@example.com");

    assertTrue(known.sent());
    assertEquals(known, unknown);
    assertEquals(known, deactivated);
    // The written rows are also the same, since the address was not looked up yet.
    assertEquals(
        1,
        database
            .query(
                """
                select distinct kind, user_id, token_id, state, attempts from mail_outbox
                where recipient in ('known@example.com', 'unknown@example.com', 'closed@example.com')
                  and kind = 'RESET_PASSWORD'
                """)
            .size());
    assertTrue(mailbox.newestTokenTo("known@example.com").matches("[A-Za-z0-9_-]{43}"));
    assertEquals(0, mailbox.mailsTo("unknown@example.com").size());
    assertEquals(mailsBefore, mailbox.mailsTo("closed@example.com").size());
    assertEquals(
        0,
        database.query("select 1 from mail_outbox where recipient = 'unknown@example.com'").size());
  }

  @Test
  void request_linksToTheResetPage() {
    users.create(CALL, TestUsers.aUser("page@example.com"));
    request("page@example.com");

    String token = mailbox.newestTokenTo("page@example.com");

    assertTrue(
        mailbox.mailsTo("page@example.com").stream()
            .anyMatch(
                mail ->
                    mail.text().contains("http://localhost:8000/reset-password?token=" + token)));
  }

  @Test
  void request_tooOften_isQuietlyIgnored() {
    User user = users.create(CALL, TestUsers.aUser("often@example.com"));
    int mailsOfCreation = mailbox.mailsTo("often@example.com").size();
    for (int i = 0; i < 4; i++) {
      assertTrue(request("often@example.com").sent());
      mailbox.mailsTo("often@example.com");
      testCore.clock().advance(Duration.ofSeconds(20));
    }
    assertEquals(mailsOfCreation + 2, mailbox.mailsTo("often@example.com").size());
    for (int i = 0; i < 10; i++) {
      testCore.clock().advance(Duration.ofMinutes(2));
      assertTrue(request("often@example.com").sent());
      mailbox.mailsTo("often@example.com");
    }

    assertEquals(mailsOfCreation + 5, mailbox.mailsTo("often@example.com").size());
    // A request that was ignored has not voided the link that arrived.
    resets.reset(CALL, mailbox.newestTokenTo("often@example.com"), NEW);
    assertEquals(Optional.of(user.id()), passwords.verify(CALL, user.id(), NEW));
  }

  @Test
  void reset_setsThePasswordAndVerifiesTheEmail() {
    User user = users.create(CALL, TestUsers.aUser("reset@example.com"));
    String token = resetToken("reset@example.com");
    int mailsBefore = mailbox.mailsTo("reset@example.com").size();

    resets.reset(CALL, token, NEW);

    assertEquals(Optional.empty(), passwords.verify(CALL, user.id(), OLD));
    assertEquals(Optional.of(user.id()), passwords.verify(CALL, user.id(), NEW));
    assertTrue(users.get(CALL, user.id()).emailVerified());
    assertEquals(UserStatus.ACTIVE, users.get(CALL, user.id()).status());
    assertEquals(
        1,
        database
            .query(
                "select 1 from events where user_id = ? and type = 'user.password_reset'",
                user.id().value())
            .size());
    var notices = mailbox.mailsTo("reset@example.com");
    assertEquals(mailsBefore + 1, notices.size());
    assertEquals("Your password was changed", notices.get(mailsBefore).subject());
  }

  @Test
  void reset_thatProvesTheEmail_voidsTheLinkThatVerifiesIt() {
    User user = users.create(CALL, TestUsers.aUser("proven@example.com"));
    String link = mailbox.newestTokenTo("proven@example.com");
    resets.reset(CALL, resetToken("proven@example.com"), NEW);

    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> verifications.confirm(CALL, link)).reason());
    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> verifications.refuse(CALL, link)).reason());
    assertEquals(Optional.empty(), verifications.claim(CALL, link));
    assertTrue(users.get(CALL, user.id()).emailVerified());
  }

  @Test
  void reset_afterTheEmailChanged_isRefused() {
    User user = users.create(CALL, TestUsers.aUser("moved@example.com"));
    String token = resetToken("moved@example.com");
    changeEmail(user, "movedto@example.com");

    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> resets.reset(CALL, token, NEW)).reason());
    assertEquals(Optional.of(user.id()), passwords.verify(CALL, user.id(), OLD));
  }

  @Test
  void reset_afterAVerifiedEmailWasSwapped_isRefused() {
    User user = verified("left@example.com");
    changeEmail(user, "entered@example.com");
    String token = resetToken("left@example.com");
    verifications.confirm(CALL, mailbox.newestTokenTo("entered@example.com"));

    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> resets.reset(CALL, token, NEW)).reason());
    testCore.clock().advance(Duration.ofMinutes(1));
    resets.reset(CALL, resetToken("entered@example.com"), NEW);
  }

  @Test
  void reset_afterThePasswordChanged_isRefused() {
    User user = users.create(CALL, TestUsers.aUser("changed@example.com"));
    String token = resetToken("changed@example.com");
    passwords.change(CALL, user.id(), OLD, NEW);

    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> resets.reset(CALL, token, OLD)).reason());
    assertEquals(Optional.of(user.id()), passwords.verify(CALL, user.id(), NEW));
  }

  @Test
  void reset_besideAChangeOfThePassword_eitherWorksOrIsRefused() {
    User user = users.create(CALL, TestUsers.aUser("beside@example.com"));
    var reset = resets.resetAsync(CALL, resetToken("beside@example.com"), NEW);
    var change = passwords.changeAsync(CALL, user.id(), OLD, Password.parse("the third of three"));

    boolean isReset = succeeds(reset.toCompletableFuture());
    change.toCompletableFuture().handle((done, failed) -> done).join();

    assertEquals(isReset, passwords.verify(CALL, user.id(), NEW).isPresent());
  }

  @Test
  void reset_dropsAPendingEmail() {
    User user = verified("victim@example.com");
    changeEmail(user, "hijacker@example.com");
    String hijackersToken = mailbox.newestTokenTo("hijacker@example.com");

    resets.reset(CALL, resetToken("victim@example.com"), NEW);

    assertEquals(Optional.empty(), users.get(CALL, user.id()).pendingEmail());
    assertEquals(
        ErrorReason.TOKEN_INVALID,
        failureOf(() -> verifications.confirm(CALL, hijackersToken)).reason());
    assertEquals(user.email(), users.get(CALL, user.id()).email());
  }

  @Test
  void reset_worksOnce() {
    users.create(CALL, TestUsers.aUser("once@example.com"));
    String token = resetToken("once@example.com");
    resets.reset(CALL, token, NEW);

    var failure = failureOf(() -> resets.reset(CALL, token, OLD));

    assertEquals(ErrorReason.TOKEN_INVALID, failure.reason());
    assertEquals("token", failure.violations().get(0).field());
  }

  @Test
  void reset_atTheSameTimeWithOneToken_exactlyOneWins() {
    User user = users.create(CALL, TestUsers.aUser("race@example.com"));
    String token = resetToken("race@example.com");

    var attempts =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    resets
                        .resetAsync(CALL, token, Password.parse("contender number " + i))
                        .toCompletableFuture())
            .toList();
    var winners = IntStream.range(0, 6).filter(i -> succeeds(attempts.get(i))).boxed().toList();

    assertEquals(1, winners.size());
    var winner = Password.parse("contender number " + winners.get(0));
    assertEquals(Optional.of(user.id()), passwords.verify(CALL, user.id(), winner));
  }

  @Test
  void reset_rejectsExpired() {
    users.create(CALL, TestUsers.aUser("late@example.com"));
    String token = resetToken("late@example.com");
    testCore.clock().advance(Duration.ofHours(1));

    assertEquals(
        ErrorReason.TOKEN_EXPIRED, failureOf(() -> resets.reset(CALL, token, NEW)).reason());
  }

  @Test
  void reset_rejectsTheOlderOfTwo() {
    users.create(CALL, TestUsers.aUser("older@example.com"));
    String older = resetToken("older@example.com");
    testCore.clock().advance(Duration.ofMinutes(2));
    String newer = resetToken("older@example.com");

    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> resets.reset(CALL, older, NEW)).reason());
    resets.reset(CALL, newer, NEW);
  }

  @Test
  void reset_rejectsAVerificationToken() {
    users.create(CALL, TestUsers.aUser("other@example.com"));
    String token = mailbox.newestTokenTo("other@example.com");

    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> resets.reset(CALL, token, NEW)).reason());
  }

  @Test
  void reset_withAPasswordThatBreaksThePolicy_keepsTheToken() {
    users.create(CALL, TestUsers.aUser("policy@example.com", "Augusta", "Byron"));
    String token = resetToken("policy@example.com");

    var failure = failureOf(() -> resets.reset(CALL, token, Password.parse("augusta.byron")));

    assertEquals("new_password", failure.violations().get(0).field());
    assertEquals("PERSONAL_PASSWORD", failure.violations().get(0).rule());
    resets.reset(CALL, token, NEW);
  }

  @Test
  void reset_forgetsWrongGuesses() {
    User user = users.create(CALL, TestUsers.aUser("forgets@example.com"));
    for (int i = 0; i < 8; i++) {
      passwords.verify(CALL, user.id(), NEW);
      testCore.clock().advance(Duration.ofSeconds(5));
    }
    assertEquals(Optional.empty(), passwords.verify(CALL, user.id(), OLD));

    resets.reset(CALL, resetToken("forgets@example.com"), NEW);

    assertEquals(Optional.of(user.id()), passwords.verify(CALL, user.id(), NEW));
  }

  private MailRequest request(String email) {
    return resets.request(CALL, Email.parse(email));
  }

  private String resetToken(String email) {
    request(email);
    return mailbox.newestTokenTo(email);
  }

  private static boolean succeeds(CompletableFuture<?> attempt) {
    try {
      attempt.join();
      return true;
    } catch (CompletionException failed) {
      assertEquals(ErrorReason.TOKEN_INVALID, ((UserServiceException) failed.getCause()).reason());
      return false;
    }
  }
}
