package com.ecommerce.user.core.mail;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.ProfilePatch;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.call.Actor;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestMailbox;
import com.ecommerce.user.core.testing.TestUsers;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PostgresExtension.class)
class MailWorkerTest {
  private static final Call CALL = Call.by(new Actor("tester"));

  private final RecordingTransport transport = new RecordingTransport();
  private final ExecutorService sharers = Executors.newCachedThreadPool();
  private TestDatabase database;
  private TestCore testCore;
  private MutableClock clock;
  private HikariDataSource pool;
  private MailWorker worker;

  @BeforeEach
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    database.execute("truncate users cascade");
    database.execute("truncate mail_outbox");
    testCore = TestCore.on(database);
    clock = testCore.clock();
    pool = database.pool(5);
    worker = worker(transport);
  }

  @AfterEach
  void stop() {
    sharers.shutdown();
    pool.close();
    testCore.close();
  }

  @Test
  void runDue_sendsEachMailOnce() {
    create("one@example.com");
    create("two@example.com");

    assertEquals(2, worker.runDue());
    assertEquals(0, worker.runDue());

    assertEquals(1, transport.sentTo("one@example.com").size());
    assertEquals(2, worker.sent());
    assertEquals(new MailStatistics(0, Duration.ZERO, 0), statistics());
  }

  @Test
  void mail_isComplete() {
    create("whole@example.com");
    worker.runDue();

    Mail mail = transport.sent.get(0);
    assertEquals("Confirm your email address", mail.subject());
    assertEquals("no-reply@localhost", mail.sender().address().address());
    assertTrue(mail.messageId().matches("<[0-9a-f-]{36}@localhost>"));
    assertEquals(clock.instant(), mail.date());
    assertTrue(mail.html().contains("token=" + TestMailbox.tokenIn(mail) + "\""));
    assertTrue(mail.text().contains("2026-06-16 12:00 UTC"));
    assertFalse(mail.toString().contains("whole"));
  }

  @Test
  void mail_isInTheUsersLanguage() {
    User user = create("sprache@example.com");
    var german = ProfilePatch.builder().language("de").build();
    testCore.core().users().update(CALL, user.id(), UserPatch.builder().profile(german).build());
    worker.runDue();

    assertEquals("Bestätigen Sie Ihre E-Mail-Adresse", transport.sent.get(0).subject());
  }

  @Test
  void afterFailures_itTriesAgainAfterGrowingPauses() {
    create("patience@example.com");
    transport.failWith(MailException.transientFailure("away", null));
    for (int attempt = 1; attempt <= 6; attempt++) {
      assertEquals(0, worker.runDue());
      assertFalse(worker.isTransportWell());
      long pause = secondsToNextAttempt();
      long longest = 30L << (attempt - 1);
      assertTrue(pause >= longest / 2 && pause <= longest, "pause " + pause);
      clock.advance(Duration.ofSeconds(pause - 1));
      assertEquals(0, attemptsAfter(attempt));
      clock.advance(Duration.ofSeconds(2));
    }
    transport.recover();

    assertEquals(1, worker.runDue());

    assertTrue(worker.isTransportWell());
    assertEquals(1, transport.sentTo("patience@example.com").size());
  }

  /** How many more attempts a look makes now. */
  private int attemptsAfter(int attempts) {
    worker.runDue();
    return (int) database.query("select attempts from mail_outbox").get(0).get("attempts")
        - attempts;
  }

  @Test
  void afterADay_theMailIsGivenUpAndKept() {
    User user = create("never@example.com");
    database.execute("update users set email_verified = true where id = ?", user.id().value());
    worker.runDue();
    testCore.core().passwords().change(CALL, user.id(), password(), other());
    transport.failWith(MailException.transientFailure("away", null));
    var created = clock.instant();
    int attempts = 1;
    worker.runDue();
    while (statistics().failed() == 0) {
      clock.advance(Duration.ofSeconds(secondsToNextAttempt()));
      worker.runDue();
      attempts++;
    }

    assertEquals(24, Duration.between(created, clock.instant()).toHours());
    assertTrue(attempts > 25 && attempts < 70, "attempts " + attempts);
    assertEquals(new MailStatistics(0, Duration.ZERO, 1), statistics());
    transport.recover();
    assertEquals(0, worker.runDue());
  }

  @Test
  void refusedRecipient_isGivenUpAtOnce() {
    create("refused@example.com");
    transport.failWith(MailException.permanent("refused", null));

    worker.runDue();

    assertEquals(1, statistics().failed());
    assertTrue(worker.isTransportWell());
  }

  @Test
  void recipientRefusedForNow_isTriedAgainAndLeavesTheTransportWell() {
    create("full@example.com");
    transport.failWith(MailException.recipientDeferred("full", null));

    worker.runDue();

    assertTrue(worker.isTransportWell());
    assertEquals(1, statistics().waiting());
  }

  @Test
  void resetLink_outdatedByANewPassword_isNotSent() {
    User user = create("remembers@example.com");
    worker.runDue();
    testCore.core().passwordResets().request(CALL, user.email());
    transport.failWith(MailException.transientFailure("away", null));
    worker.runDue();
    testCore.core().passwords().change(CALL, user.id(), password(), other());
    transport.recover();
    clock.advance(Duration.ofSeconds(30));

    worker.runDue();

    assertNoResetWasSent();
  }

  @Test
  void reset_thatNobodyLookedAtBeforeANewPassword_isNotSent() {
    User user = create("remembers@example.com");
    worker.runDue();
    testCore.core().passwordResets().request(CALL, user.email());
    clock.advance(Duration.ofSeconds(1));
    testCore.core().passwords().change(CALL, user.id(), password(), other());

    worker.runDue();

    assertNoResetWasSent();
  }

  private void assertNoResetWasSent() {
    assertEquals(
        List.of("Confirm your email address", "Your password was changed"),
        transport.sent.stream().map(Mail::subject).toList());
    assertEquals(new MailStatistics(0, Duration.ZERO, 0), statistics());
  }

  @Test
  void expiredLink_isNotSentAndCountsAsFailed() {
    create("stale@example.com");
    clock.advance(Duration.ofHours(25));

    assertEquals(0, worker.runDue());

    assertEquals(1, statistics().failed());
  }

  @Test
  void linkWhoseTokenIsGone_isNotSentAndCountsAsFailed() {
    create("purged@example.com");
    database.execute("delete from tokens");

    assertEquals(0, worker.runDue());

    assertEquals(1, statistics().failed());
  }

  @Test
  void brokenTransport_isTriedAgain() {
    create("defect@example.com");
    var broken =
        worker(
            mail -> {
              throw new IllegalStateException("a defect");
            });

    assertEquals(0, broken.runDue());
    clock.advance(Duration.ofSeconds(30));

    assertEquals(1, worker.runDue());
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
    clock.advance(MailWorker.LEASE);

    assertEquals(1, worker.runDue());
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
    assertThrows(Killed.class, killed::runDue);
    assertEquals(0, worker.runDue());
    clock.advance(MailWorker.LEASE);

    assertEquals(1, worker.runDue());

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
              clock.advance(MailWorker.LEASE);
              assertEquals(1, worker.runDue());
              throw MailException.transientFailure("lost", null);
            });

    assertEquals(0, slow.runDue());

    assertEquals(0, statistics().waiting());
    assertEquals(1, transport.sent.size());
  }

  @Test
  void severalWorkers_shareTheMails() {
    int mails = 40;
    IntStream.range(0, mails).forEach(i -> create("share" + i + "@example.com"));
    int workers = 4;
    var together = new CyclicBarrier(workers);

    int sent =
        IntStream.range(0, workers)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          await(together);
                          return worker(transport).runDue();
                        },
                        sharers))
            .toList()
            .stream()
            .mapToInt(CompletableFuture::join)
            .sum();

    assertEquals(mails, sent);
    assertEquals(mails, transport.sent.size());
    assertEquals(
        mails, transport.sent.stream().map(Mail::messageId).collect(Collectors.toSet()).size());
    assertEquals(0, statistics().waiting());
    assertEquals(mails, database.query("select 1 from mail_outbox where attempts = 1").size());
  }

  @Test
  void commit_wakesTheWorkerAndRollbackDoesNot() throws Exception {
    BlockingQueue<Mail> arriving = new LinkedBlockingQueue<>();
    try (var started = TestCore.on(database, builder -> builder.mailTransport(arriving::add))) {
      var users = started.core().users();
      users.create(CALL, TestUsers.aUser("awake@example.com"));
      Mail first = arriving.poll(30, TimeUnit.SECONDS);
      assertThrows(
          UserServiceException.class,
          () -> users.create(CALL, TestUsers.aUser("awake@example.com")));
      users.create(CALL, TestUsers.aUser("awake2@example.com"));
      Mail second = arriving.poll(30, TimeUnit.SECONDS);

      assertEquals("awake@example.com", first.recipient().address());
      assertEquals("awake2@example.com", second.recipient().address());
    }
  }

  @Test
  void close_waitsForTheMailUnderWay() throws Exception {
    var sending = new CountDownLatch(1);
    var mayFinish = new CountDownLatch(1);
    var started =
        TestCore.on(
            database,
            builder ->
                builder.mailTransport(
                    mail -> {
                      sending.countDown();
                      await(mayFinish);
                      transport.sent.add(mail);
                    }));
    started.core().users().create(CALL, TestUsers.aUser("lastone@example.com"));
    assertTrue(sending.await(30, TimeUnit.SECONDS));
    var closing = CompletableFuture.runAsync(started::close);
    mayFinish.countDown();
    closing.get(30, TimeUnit.SECONDS);

    assertEquals(1, transport.sent.size());
    assertEquals(0, statistics().waiting());
  }

  @Test
  void runDue_besideTheWorkersThread_waitsForTheMailUnderWay() throws Exception {
    var sending = new CountDownLatch(1);
    var mayFinish = new CountDownLatch(1);
    MailTransport slow =
        mail -> {
          sending.countDown();
          await(mayFinish);
          transport.sent.add(mail);
        };
    try (var started = TestCore.on(database, builder -> builder.mailTransport(slow))) {
      started.core().users().create(CALL, TestUsers.aUser("underway@example.com"));
      assertTrue(sending.await(30, TimeUnit.SECONDS));
      var sentAtReturn = new CompletableFuture<Integer>();
      var beside =
          new Thread(
              () -> {
                started.core().mailWorker().orElseThrow().runDue();
                sentAtReturn.complete(transport.sent.size());
              });
      beside.start();
      while (beside.isAlive() && beside.getState() != Thread.State.BLOCKED) {
        Thread.onSpinWait();
      }
      mayFinish.countDown();

      assertEquals(1, sentAtReturn.get(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void statistics_tellWhatWaitsAndForHowLong() {
    create("first@example.com");
    clock.advance(Duration.ofMinutes(3));
    create("second@example.com");

    assertEquals(new MailStatistics(2, Duration.ofMinutes(3), 0), statistics());
  }

  @Test
  void deletedUser_getsNoMoreMail() {
    User user = create("deleted@example.com");
    testCore.core().users().delete(CALL, user.id(), "");

    assertEquals(0, worker.runDue());
    assertEquals(0, statistics().waiting());
  }

  @Test
  void operatorsTemplates_replaceTheBuiltInOnesAndEscapeInHtml(@TempDir Path folder)
      throws IOException {
    Files.createDirectory(folder.resolve("en"));
    Files.writeString(
        folder.resolve("en/verify_email.txt"), "Subject: Welcome, {{name}}\n\n{{name}}: {{link}}");
    Files.writeString(folder.resolve("en/verify_email.html"), "<p title='{{name}}'>{{link}}</p>");
    create("named@example.com");
    database.execute("update users set display_name = ?", "<b>'&\"$1\\</b>");

    worker(transport, builder -> builder.mailTemplates(folder)).runDue();

    Mail mail = transport.sent.get(0);
    assertEquals("Welcome, <b>'&\"$1\\</b>", mail.subject());
    assertTrue(mail.text().startsWith("<b>'&\"$1\\</b>: http://localhost:8000/verify-email"));
    assertTrue(mail.html().startsWith("<p title='&lt;b&gt;&#39;&amp;&quot;$1\\&lt;/b&gt;'>http:"));
  }

  @Test
  void brokenTemplate_keepsTheMailUntilItIsMended(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("en"));
    Path template = folder.resolve("en/verify_email.txt");
    Files.writeString(template, "Subject: Hello\n\n{{lnik}}");
    create("mended@example.com");
    var templated = worker(transport, builder -> builder.mailTemplates(folder));
    assertEquals(0, templated.runDue());
    Files.writeString(template, "Subject: Hello\n\n{{link}}");
    clock.advance(Duration.ofSeconds(30));

    assertEquals(1, templated.runDue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\n", "\u0085", "\u2028", "\u2029"})
  void nameThatWouldEndAHeaderLine_staysInTheSubject(String end, @TempDir Path folder)
      throws IOException {
    Files.createDirectory(folder.resolve("en"));
    Files.writeString(folder.resolve("en/verify_email.txt"), "Subject: Hi {{name}}\n\n{{link}}");
    create("injection@example.com");
    database.execute("update users set display_name = ?", "x" + end + "Bcc: all@example.com");

    worker(transport, builder -> builder.mailTemplates(folder)).runDue();

    assertEquals(
        "Hi x" + " ".repeat(end.length()) + "Bcc: all@example.com",
        transport.sent.get(0).subject());
  }

  private User create(String email) {
    return testCore.core().users().create(CALL, TestUsers.aUser(email));
  }

  private static Password password() {
    return Password.parse(TestUsers.PASSWORD);
  }

  private static Password other() {
    return Password.parse("a brand new passphrase");
  }

  private MailStatistics statistics() {
    return testCore.core().mailOutbox().statistics(CALL);
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

  private MailWorker worker(MailTransport to) {
    return worker(to, builder -> builder);
  }

  private MailWorker worker(MailTransport to, UnaryOperator<UserCore.Builder> choices) {
    return choices
        .apply(UserCore.builder(pool).clock(clock).mailTransport(to))
        .build()
        .mailWorker()
        .orElseThrow();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** Stands for a process that dies: nothing catches it. */
  private static final class Killed extends Error {}
}
