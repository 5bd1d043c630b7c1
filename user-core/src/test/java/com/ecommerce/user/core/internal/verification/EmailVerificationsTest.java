package com.ecommerce.user.core.internal.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.testing.TestMailbox;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests requesting, using and refusing links that verify an address. */
class EmailVerificationsTest extends MailedLinksTesting {
  @Test
  void create_mailsALinkThatVerifiesTheEmail() {
    User user = users.create(CALL, TestUsers.aUser("new@example.com"));

    Mail mail = mailbox.mailsTo("new@example.com").get(0);
    String token = TestMailbox.tokenIn(mail);
    UserId confirmed = verifications.confirm(CALL, token);

    assertTrue(mail.text().contains("http://localhost:8000/verify-email?token=" + token));
    assertTrue(token.matches("[A-Za-z0-9_-]{43}"));
    assertEquals(user.id(), confirmed);
    assertTrue(users.get(CALL, user.id()).emailVerified());
    assertEquals(UserStatus.ACTIVE, users.get(CALL, user.id()).status());
  }

  @Test
  void tokens_areNowhereInTheDatabaseAsText() {
    users.create(CALL, TestUsers.aUser("digest@example.com"));
    String token = mailbox.newestTokenTo("digest@example.com");

    var rows =
        database.query(
            """
            select t::text as row from tokens t union all select d::text from token_digests d
            union all select m::text from mail_outbox m
            """);

    assertFalse(rows.isEmpty());
    assertTrue(rows.stream().noneMatch(row -> row.get("row").toString().contains(token)));
  }

  @Test
  void confirm_again_isFineAndChangesNothing() {
    User user = users.create(CALL, TestUsers.aUser("twice@example.com"));
    String token = mailbox.newestTokenTo("twice@example.com");
    verifications.confirm(CALL, token);
    User verified = users.get(CALL, user.id());
    testCore.clock().advance(Duration.ofDays(2));

    assertEquals(user.id(), verifications.confirm(CALL, token));
    assertEquals(verified, users.get(CALL, user.id()));
  }

  @Test
  void confirm_atTheSameTime_confirmsOnce() {
    User user = users.create(CALL, TestUsers.aUser("race@example.com"));
    String token = mailbox.newestTokenTo("race@example.com");

    var confirms =
        IntStream.range(0, 8)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> verifications.confirm(CALL, token)))
            .toList();

    confirms.forEach(confirm -> assertEquals(user.id(), confirm.join()));
    assertEquals(2, users.get(CALL, user.id()).audit().version());
    assertEquals(1, eventsOf(user.id(), "user.email_confirmed"));
  }

  @Test
  void confirm_rejectsWhatIsNoToken() {
    for (String token : new String[] {"", "x", "A".repeat(43), "ü\u0000", "A".repeat(100_000)}) {
      var failure = failureOf(() -> verifications.confirm(CALL, token));

      assertEquals(ErrorReason.TOKEN_INVALID, failure.reason());
      assertEquals("token", failure.violations().get(0).field());
    }
  }

  @Test
  void confirm_rejectsAnotherSpellingOfTheToken() {
    users.create(CALL, TestUsers.aUser("spelling@example.com"));
    String token = mailbox.newestTokenTo("spelling@example.com");

    assertEquals(
        ErrorReason.TOKEN_INVALID,
        failureOf(() -> verifications.confirm(CALL, token + "=")).reason());
  }

  @Test
  void confirm_rejectsExpiredFromTheRequestOn() {
    users.create(CALL, TestUsers.aUser("late@example.com"));
    testCore.clock().advance(Duration.ofHours(23));
    String token = mailbox.newestTokenTo("late@example.com");
    testCore.clock().advance(Duration.ofHours(1));

    assertEquals(
        ErrorReason.TOKEN_EXPIRED, failureOf(() -> verifications.confirm(CALL, token)).reason());
  }

  @Test
  void confirm_rejectsATokenOfAnotherPurpose() {
    users.create(CALL, TestUsers.aUser("purpose@example.com"));
    mailbox.mailsTo("purpose@example.com");
    testCore.core().passwordResets().request(CALL, Email.parse("purpose@example.com"));
    String resetToken = mailbox.newestTokenTo("purpose@example.com");

    assertEquals(
        ErrorReason.TOKEN_INVALID,
        failureOf(() -> verifications.confirm(CALL, resetToken)).reason());
  }

  @Test
  void confirm_keepsAClosedAccountClosed() {
    User user = users.create(CALL, TestUsers.aUser("closed@example.com"));
    users.deactivate(CALL, user.id(), "");

    verifications.confirm(CALL, mailbox.newestTokenTo("closed@example.com"));

    assertEquals(UserStatus.DEACTIVATED, users.get(CALL, user.id()).status());
    assertTrue(users.get(CALL, user.id()).emailVerified());
  }

  @Test
  void request_voidsTheOlderToken() {
    User user = users.create(CALL, TestUsers.aUser("newer@example.com"));
    String older = mailbox.newestTokenTo("newer@example.com");

    var request = verifications.request(CALL, user.id());

    assertTrue(request.sent());
    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> verifications.confirm(CALL, older)).reason());
    verifications.confirm(CALL, mailbox.newestTokenTo("newer@example.com"));
    assertEquals(2, mailbox.mailsTo("newer@example.com").size());
  }

  @Test
  void request_twiceInAMinute_isLimited() {
    User user = users.create(CALL, TestUsers.aUser("minute@example.com"));
    verifications.request(CALL, user.id());
    testCore.clock().advance(Duration.ofSeconds(20));

    var failure = failureOf(() -> verifications.request(CALL, user.id()));

    assertEquals(ErrorReason.RATE_LIMITED, failure.reason());
    assertEquals(Optional.of(Duration.ofSeconds(40)), failure.retryAfter());
    testCore.clock().advance(Duration.ofSeconds(40));
    assertTrue(verifications.request(CALL, user.id()).sent());
  }

  @Test
  void request_sixTimesInAnHour_isLimited() {
    User user = users.create(CALL, TestUsers.aUser("hour@example.com"));
    for (int i = 0; i < 5; i++) {
      verifications.request(CALL, user.id());
      testCore.clock().advance(Duration.ofMinutes(2));
    }

    var failure = failureOf(() -> verifications.request(CALL, user.id()));

    assertEquals(Optional.of(Duration.ofMinutes(50)), failure.retryAfter());
    testCore.clock().advance(Duration.ofMinutes(50));
    assertTrue(verifications.request(CALL, user.id()).sent());
  }

  @Test
  void request_atTheSameTime_sendsOneMail() {
    User user = users.create(CALL, TestUsers.aUser("requests@example.com"));

    long sent =
        IntStream.range(0, 6)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                            () -> verifications.request(CALL, user.id()).sent())
                        .exceptionally(limited -> false))
            .toList()
            .stream()
            .filter(CompletableFuture::join)
            .count();

    assertEquals(1, sent);
  }

  @Test
  void request_ofVerifiedUser_sendsNothing() {
    User user = verified("done@example.com");

    var request = verifications.request(CALL, user.id());

    assertFalse(request.sent());
    assertEquals(1, mailbox.mailsTo("done@example.com").size());
  }

  @Test
  void request_ofUnknownUserIsNotFound() {
    var id = new UserId(UUID.randomUUID());

    assertEquals(
        ErrorReason.USER_NOT_FOUND, failureOf(() -> verifications.request(CALL, id)).reason());
  }

  @Test
  void delete_removesTokensAndQueuedMail() {
    User user = users.create(CALL, TestUsers.aUser("deleted@example.com"));
    String token = mailbox.newestTokenTo("deleted@example.com");
    verifications.request(CALL, user.id());
    testCore.core().passwordResets().request(CALL, user.email());

    users.delete(CALL, user.id(), "");

    assertEquals(1, mailbox.mailsTo("deleted@example.com").size());
    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> verifications.confirm(CALL, token)).reason());
    assertEquals(0, rowsOf("tokens where user_id = ?", user.id().value()));
    assertEquals(0, rowsOf("mail_outbox where recipient = ?", "deleted@example.com"));
  }
}
