package com.ecommerce.user.core.internal.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Tests that a new address is pending until it is verified if the old one is verified, and
 * otherwise replaces it.
 */
class EmailChangesTest extends MailedLinksTesting {
  @Test
  void changeOfVerifiedEmail_isConfirmedFromTheNewMailbox() {
    User user = verified("old@example.com");
    changeEmail(user, "wanted@example.com");

    Mail notice = mailbox.mailsTo("old@example.com").get(1);
    UserId confirmed = verifications.confirm(CALL, mailbox.newestTokenTo("wanted@example.com"));

    assertTrue(notice.text().contains("wanted@example.com"));
    assertTrue(notice.text().contains("/stop-email-change?token="));
    assertEquals(user.id(), confirmed);
    User swapped = users.get(CALL, user.id());
    assertEquals(Email.parse("wanted@example.com"), swapped.email());
    assertEquals(Optional.empty(), swapped.pendingEmail());
    assertTrue(swapped.emailVerified());
  }

  @Test
  void request_withPendingEmail_mailsThatOne() {
    User user = verified("current@example.com");
    changeEmail(user, "pending@example.com");
    String older = mailbox.newestTokenTo("pending@example.com");

    assertTrue(verifications.request(CALL, user.id()).sent());

    assertEquals(2, mailbox.mailsTo("pending@example.com").size());
    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> verifications.confirm(CALL, older)).reason());
  }

  @Test
  void pendingEmail_takenMeanwhile_isRejected() {
    User user = verified("slow@example.com");
    changeEmail(user, "contested@example.com");
    String token = mailbox.newestTokenTo("contested@example.com");
    users.create(CALL, TestUsers.aUser("contested@example.com"));

    var failure = failureOf(() -> verifications.confirm(CALL, token));

    assertEquals(ErrorReason.EMAIL_TAKEN, failure.reason());
    assertEquals(user.email(), users.get(CALL, user.id()).email());
  }

  @Test
  void pendingEmail_cancelledOrReplaced_voidsItsToken() {
    User user = verified("undecided@example.com");
    changeEmail(user, "first@example.com");
    String first = mailbox.newestTokenTo("first@example.com");
    changeEmail(user, "second@example.com");
    String second = mailbox.newestTokenTo("second@example.com");
    changeEmail(user, "undecided@example.com");

    for (String token : new String[] {first, second}) {
      assertEquals(
          ErrorReason.TOKEN_INVALID, failureOf(() -> verifications.confirm(CALL, token)).reason());
    }
    assertEquals(user.email(), users.get(CALL, user.id()).email());
  }

  @Test
  void changeOfUnverifiedEmail_voidsTheOldTokenAndTellsNobody() {
    User user = users.create(CALL, TestUsers.aUser("typo@example.com"));
    String old = mailbox.newestTokenTo("typo@example.com");
    changeEmail(user, "right@example.com");

    assertEquals(
        ErrorReason.TOKEN_INVALID, failureOf(() -> verifications.confirm(CALL, old)).reason());
    assertEquals(
        user.id(), verifications.confirm(CALL, mailbox.newestTokenTo("right@example.com")));
    assertEquals(1, mailbox.mailsTo("typo@example.com").size());
  }

  @Test
  void queuedMailOfAnOutdatedToken_isNotSent() {
    User user = users.create(CALL, TestUsers.aUser("outdated@example.com"));
    changeEmail(user, "uptodate@example.com");

    assertEquals(0, mailbox.mailsTo("outdated@example.com").size());
    assertEquals(1, mailbox.mailsTo("uptodate@example.com").size());
  }

  @Test
  void changesOfTheEmail_moreThanTwentyInAnHour_areRefused() {
    User user = users.create(CALL, TestUsers.aUser("restless@example.com"));
    verifications.request(CALL, user.id());
    for (int i = 1; i <= 20; i++) {
      testCore.clock().advance(Duration.ofMinutes(1));
      changeEmail(user, "restless" + i + "@example.com");
    }
    User before = users.get(CALL, user.id());
    int tokens = rowsOf("tokens where user_id = ?", user.id().value());

    var failure = failureOf(() -> changeEmail(user, "restless21@example.com"));

    assertEquals(ErrorReason.RATE_LIMITED, failure.reason());
    assertEquals(Optional.of(Duration.ofMinutes(41)), failure.retryAfter());
    assertEquals(before, users.get(CALL, user.id()));
    assertEquals(tokens, rowsOf("tokens where user_id = ?", user.id().value()));
    assertEquals(0, rowsOf("mail_outbox where recipient = ?", "restless21@example.com"));
    testCore.clock().advance(Duration.ofMinutes(41));
    changeEmail(user, "restless21@example.com");
  }

  @Test
  void changesOfAVerifiedEmail_moreThanTwentyInAnHour_areRefused() {
    User user = verified("undecided2@example.com");
    for (int i = 1; i <= 20; i++) {
      changeEmail(user, "undecided2." + i + "@example.com");
    }

    var failure = failureOf(() -> changeEmail(user, "undecided2.21@example.com"));

    assertEquals(ErrorReason.RATE_LIMITED, failure.reason());
    changeEmail(user, "undecided2@example.com");
    assertEquals(Optional.empty(), users.get(CALL, user.id()).pendingEmail());
  }
}
