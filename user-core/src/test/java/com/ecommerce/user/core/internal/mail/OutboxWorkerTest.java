package com.ecommerce.user.core.internal.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailStatistics;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestUsers;
import java.time.Duration;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Tests that mails are sent once, even by several workers, soon after a commit, and before a worker
 * closes.
 */
class OutboxWorkerTest extends OutboxWorkerTesting {
  private final ExecutorService sharers = Executors.newCachedThreadPool();

  @AfterEach
  void stopSharers() {
    sharers.shutdown();
  }

  @Test
  void runDue_sendsEachMailOnce() {
    create("one@example.com");
    create("two@example.com");

    assertEquals(2, worker.sendDue());
    assertEquals(0, worker.sendDue());

    assertEquals(1, transport.sentTo("one@example.com").size());
    assertEquals(2, worker.sent());
    assertEquals(new MailStatistics(0, Duration.ZERO, 0), statistics());
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
                          return worker(transport).sendDue();
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
                started.core().mailDelivery().orElseThrow().sendDue();
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
}
