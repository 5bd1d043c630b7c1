package com.ecommerce.user.core.internal.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

@ExtendWith(PostgresExtension.class)
@Timeout(120)
class DatabaseCircuitBreakerTest {
  private static final Callable<Boolean> ANSWERS = () -> true;
  private static final Callable<Boolean> REFUSES =
      () -> {
        throw new SQLException("connection refused", "08001");
      };

  private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
  private final CountDownLatch silence = new CountDownLatch(1);
  private final AtomicInteger probes = new AtomicInteger();
  private volatile Callable<Boolean> probe = ANSWERS;
  private DatabaseCircuitBreaker watch;

  private DatabaseCircuitBreaker watch(boolean lateMeansUnavailable) {
    watch =
        new DatabaseCircuitBreaker(
            () -> {
              probes.incrementAndGet();
              return probe.call();
            },
            lateMeansUnavailable,
            () -> changes.add("unavailable"),
            () -> changes.add("available"),
            () -> false,
            System::nanoTime);
    return watch;
  }

  @AfterEach
  void close() {
    silence.countDown();
    watch.close();
  }

  private boolean silent() throws InterruptedException {
    silence.await();
    return true;
  }

  private boolean look() {
    return watch.check().toCompletableFuture().join();
  }

  @Test
  void refusedConnection_opensTheBreakerAtOnce_andAnAnswerClosesIt() throws Exception {
    watch(true).start();
    probe = REFUSES;
    assertEquals("unavailable", changes.take());
    assertTrue(watch.isOpen());

    probe = ANSWERS;

    assertEquals("available", changes.take());
    assertTrue(look());
    assertFalse(watch.isOpen());
  }

  @Test
  void oneLateProbe_opensNoBreaker() {
    watch(true).start();
    var calls = new AtomicInteger();
    probe = () -> calls.getAndIncrement() == 0 ? silent() : true;

    assertTrue(look());

    assertFalse(watch.isOpen());
    assertNull(changes.poll());
  }

  @Test
  void twoLateProbes_openTheBreaker_andALateAnswerClosesIt() throws Exception {
    watch(true).start();
    probe = this::silent;
    assertEquals("unavailable", changes.take());
    assertTrue(probes.get() >= 2);

    silence.countDown();

    assertEquals("available", changes.take());
  }

  @Test
  void lateAnswer_showsThatTheDatabaseAnswers_evenIfTheNextProbeIsLateToo() {
    watch(true);
    assertTrue(look());
    watch.start();
    var calls = new AtomicInteger();
    var next = new CountDownLatch(1);
    probe =
        () -> {
          if (calls.getAndIncrement() == 0) {
            next.await();
            return true;
          }
          next.countDown();
          return silent();
        };

    assertTrue(look());
  }

  @Test
  void lateProbes_whileCallsAreAnswered_openNoBreaker() {
    watch(true).start();
    probe =
        () -> {
          watch.noteAnswer();
          return silent();
        };

    assertTrue(look());

    assertFalse(watch.isOpen());
  }

  @Test
  void lateProbes_ofABusyPool_openNoBreaker() {
    watch(false).start();
    probe = this::silent;

    assertFalse(look());

    assertFalse(watch.isOpen());
    assertNull(changes.poll());
  }

  @Test
  void refusedPassword_opensNoBreaker_butIsUnhealthy() {
    watch(true).start();
    probe =
        () -> {
          throw new SQLException("password authentication failed", "28P01");
        };

    assertFalse(look());

    assertFalse(watch.isOpen());
  }

  @Test
  void tooManyClients_openNoBreaker() {
    watch(true).start();
    probe =
        () -> {
          throw new SQLException("too many clients", "53300");
        };

    assertTrue(look());
  }

  @Test
  void watchThatIsNotStarted_opensNoBreaker() {
    watch(true);
    probe = REFUSES;

    assertFalse(look());

    assertFalse(watch.isOpen());
  }

  @Test
  void failedCall_probesTheDatabaseAtOnce() throws Exception {
    watch(true).start();
    var closed = new PGSimpleDataSource();
    closed.setUrl("jdbc:postgresql://localhost:1/none");
    var database = new Database(closed, System::nanoTime, watch);
    probe = REFUSES;

    assertUnavailable(database);

    assertEquals("unavailable", changes.take());
  }

  @Test
  void callWhileTheDatabaseIsAway_failsWithoutAskingForAConnection(TestDatabase ownDatabase)
      throws Exception {
    var connections = new AtomicInteger();
    var counting =
        new PGSimpleDataSource() {
          private static final long serialVersionUID = 1;

          @Override
          public Connection getConnection() throws SQLException {
            connections.incrementAndGet();
            return ownDatabase.dataSource().getConnection();
          }
        };
    watch(true).start();
    var database = new Database(counting, System::nanoTime, watch);
    probe = REFUSES;
    changes.take();

    assertUnavailable(database);

    assertEquals(0, connections.get());
    probe = ANSWERS;
    assertEquals("available", changes.poll(60, TimeUnit.SECONDS));
    Await.until(() -> !watch.isOpen());
    database.useTransaction(RequestContext.system(), tx -> tx.execute("select 1"));
    assertEquals(1, connections.get());
  }

  private static void assertUnavailable(Database database) {
    var failure =
        assertThrows(
            UserServiceException.class,
            () -> database.useTransaction(RequestContext.system(), tx -> tx.execute("select 1")));
    assertEquals(ErrorReason.DATABASE_UNAVAILABLE, failure.reason());
    assertTrue(failure.retryAfter().isPresent());
  }
}
