package com.ecommerce.user.core.internal.mail;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailException;
import com.ecommerce.user.core.mail.MailStatistics;
import com.ecommerce.user.core.testing.TestMailbox;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Tests transports that fail and workers that are killed: which mails are retried, and which are
 * given up.
 */
class OutboxWorkerFailureTest extends OutboxWorkerTesting {
  @Test
  void afterFailures_itTriesAgainAfterGrowingPauses() {
    create("patience@example.com");
    transport.failWith(MailException.transientFailure("away", null));
    for (int attempt = 1; attempt <= 6; attempt++) {
      assertEquals(0, worker.sendDue());
      assertFalse(worker.isTransportWell());
      long pause = secondsToNextAttempt();
      long longest = 30L << (attempt - 1);
      assertTrue(pause >= longest / 2 && pause <= longest, "pause " + pause);
      clock.advance(Duration.ofSeconds(pause - 1));
      assertEquals(0, attemptsAfter(attempt));
      clock.advance(Duration.ofSeconds(2));
    }
    transport.recover();

    assertEquals(1, worker.sendDue());

    assertTrue(worker.isTransportWell());
    assertEquals(1, transport.sentTo("patience@example.com").size());
  }

  /** Sends the mails that are due, and returns the number of additional attempts. */
  private int attemptsAfter(int attempts) {
    worker.sendDue();
    return (int) database.query("select attempts from mail_outbox").get(0).get("attempts")
        - attempts;
  }

  private long secondsToNextAttempt() {
    var next =
        database
            .query(
                "select extract(epoch from next_attempt_at) as next from mail_outbox where state <> 'SENT'")
            .get(0)
            .get("next");
    return (long)
        Math.ceil(Double.parseDouble(next.toString()) - clock.instant().toEpochMilli() / 1000.0);
  }

  @Test
  void afterADay_theMailIsGivenUpAndKept() {
    User user = create("never@example.com");
    database.execute("update users set email_verified = true where id = ?", user.id().value());
    worker.sendDue();
    changePassword(user);
    transport.failWith(MailException.transientFailure("away", null));
    var created = clock.instant();
    int attempts = 1;
    worker.sendDue();
    while (statistics().failed() == 0) {
      clock.advance(Duration.ofSeconds(secondsToNextAttempt()));
      worker.sendDue();
      attempts++;
    }

    assertEquals(24, Duration.between(created, clock.instant()).toHours());
    assertTrue(attempts > 25 && attempts < 70, "attempts " + attempts);
    assertEquals(new MailStatistics(0, Duration.ZERO, 1), statistics());
    transport.recover();
    assertEquals(0, worker.sendDue());
  }

  @Test
  void unavailableServer_isTriedWithOneMailAtATime() {
    create("first@example.com");
    create("second@example.com");
    create("third@example.com");
    transport.failWith(MailException.serverUnavailable("away", null));

    worker.sendDue();
    assertEquals(1, totalAttempts());
    worker.sendDue();
    assertEquals(2, totalAttempts());
    assertFalse(worker.isTransportWell());
  }

  @Test
  void availableServer_getsTheMailsThatWaitedAtOnce() {
    create("tried@example.com");
    create("waiting@example.com");
    create("also-waiting@example.com");
    transport.failWith(MailException.serverUnavailable("away", null));
    worker.sendDue();
    transport.recover();

    assertEquals(2, worker.sendDue());

    assertTrue(worker.isTransportWell());
    assertEquals(1, statistics().waiting());
  }

  @Test
  void refusedMail_doesNotHoldUpTheOthers() {
    create("one@example.com");
    create("another@example.com");
    transport.failWith(MailException.transientFailure("refused", null));

    worker.sendDue();

    assertEquals(2, totalAttempts());
  }

  private long totalAttempts() {
    return (long)
        database.query("select sum(attempts) as attempts from mail_outbox").get(0).get("attempts");
  }

  @Test
  void refusedRecipient_isGivenUpAtOnce() {
    create("refused@example.com");
    transport.failWith(MailException.permanent("refused", null));

    worker.sendDue();

    assertEquals(1, statistics().failed());
    assertTrue(worker.isTransportWell());
  }

  @Test
  void recipientRefusedForNow_isTriedAgainAndLeavesTheTransportWell() {
    create("full@example.com");
    transport.failWith(MailException.recipientDeferred("full", null));

    worker.sendDue();

    assertTrue(worker.isTransportWell());
    assertEquals(1, statistics().waiting());
  }

  @Test
  void brokenTransport_isTriedAgain() {
    create("defect@example.com");
    var broken =
        worker(
            mail -> {
              throw new IllegalStateException("a defect");
            });

    assertEquals(0, broken.sendDue());
    clock.advance(Duration.ofSeconds(30));

    assertEquals(1, worker.sendDue());
  }

  @Test
  void look_thatEndsWithAnError_doesNotEndTheSchedule() {
    create("error@example.com");
    var dying =
        worker(
            mail -> {
              throw new Killed();
            });
    assertDoesNotThrow(dying::runAndLog);
    clock.advance(OutboxWorker.LEASE);

    assertEquals(1, worker.sendDue());
  }

  @Test
  void killedBetweenSendingAndNoting_itSendsAgainWithTheSameMessageId() {
    User user = create("killed@example.com");
    var killed =
        worker(
            mail -> {
              transport.sent.add(mail);
              throw new Killed();
            });
    assertThrows(Killed.class, killed::sendDue);
    assertEquals(0, worker.sendDue());
    clock.advance(OutboxWorker.LEASE);

    assertEquals(1, worker.sendDue());

    Mail first = transport.sent.get(0);
    Mail second = transport.sent.get(1);
    assertEquals(first.messageId(), second.messageId());
    assertEquals(first.date(), second.date());
    assertNotEquals(TestMailbox.tokenIn(first), TestMailbox.tokenIn(second));
    var verifications = testCore.core().emailVerifications();
    assertEquals(user.id(), verifications.confirm(CALL, TestMailbox.tokenIn(first)));
    assertEquals(user.id(), verifications.confirm(CALL, TestMailbox.tokenIn(second)));
  }

  @Test
  void overtakenWorker_doesNotUndoWhatTheOtherNoted() {
    create("overtaken@example.com");
    var slow =
        worker(
            mail -> {
              clock.advance(OutboxWorker.LEASE);
              assertEquals(1, worker.sendDue());
              throw MailException.transientFailure("lost", null);
            });

    assertEquals(0, slow.sendDue());

    assertEquals(0, statistics().waiting());
    assertEquals(1, transport.sent.size());
  }

  /** Simulates a process that is killed. Nothing catches this error. */
  private static final class Killed extends Error {}
}
