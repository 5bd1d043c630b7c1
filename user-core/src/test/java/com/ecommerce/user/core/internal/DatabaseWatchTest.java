package com.ecommerce.user.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
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
@Timeout(30)
class DatabaseWatchTest {
  private static final Callable<Boolean> ANSWERS = () -> true;
  private static final Callable<Boolean> REFUSES =
      () -> {
        throw new SQLException("connection refused", "08001");
      };

  private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
  private final CountDownLatch silence = new CountDownLatch(1);
  private final AtomicInteger looks = new AtomicInteger();
  private volatile Callable<Boolean> probe = ANSWERS;
  private DatabaseWatch watch;

  private DatabaseWatch watch(boolean lateMeansAway) {
    watch =
        new DatabaseWatch(
            () -> {
              looks.incrementAndGet();
              return probe.call();
            },
            lateMeansAway,
            () -> changes.add("away"),
            () -> changes.add("back"),
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
    return watch.look().toCompletableFuture().join();
  }

  @Test
  void databaseThatRefusesConnections_isAwayAtOnce_andBackWhenItAnswers() throws Exception {
    watch(true).start();
    probe = REFUSES;
    assertEquals("away", changes.take());
    assertTrue(watch.isAway());

    probe = ANSWERS;

    assertEquals("back", changes.take());
    assertTrue(look());
    assertFalse(watch.isAway());
  }

  @Test
  void oneLateProbe_isNoOutage() {
    watch(true).start();
    var calls = new AtomicInteger();
    probe = () -> calls.getAndIncrement() == 0 ? silent() : true;

    assertTrue(look());

    assertFalse(watch.isAway());
    assertNull(changes.poll());
  }

  @Test
  void twoLateProbes_areAnOutage_whichALateAnswerEnds() throws Exception {
    watch(true).start();
    probe = this::silent;
    assertEquals("away", changes.take());
    assertTrue(looks.get() >= 2);

    silence.countDown();

    assertEquals("back", changes.take());
  }

  @Test
  void lateProbes_whileCallsAreAnswered_areNoOutage() {
    watch(true).start();
    probe =
        () -> {
          watch.noteAnswer();
          return silent();
        };

    assertTrue(look());

    assertFalse(watch.isAway());
  }

  @Test
  void lateProbes_ofABusyPool_openNoBreaker() {
    watch(false).start();
    probe = this::silent;

    assertFalse(look());

    assertFalse(watch.isAway());
    assertNull(changes.poll());
  }

  @Test
  void refusedPassword_isNoOutage_butNotWell() {
    watch(true).start();
    probe =
        () -> {
          throw new SQLException("password authentication failed", "28P01");
        };

    assertFalse(look());

    assertFalse(watch.isAway());
  }

  @Test
  void databaseWithoutRoomForAConnection_isNotAway() {
    watch(true).start();
    probe =
        () -> {
          throw new SQLException("too many clients", "53300");
        };

    assertTrue(look());
  }

  @Test
  void watchThatIsNotStarted_opensNoBreaker_sinceNothingWouldCloseIt() {
    watch(true);
    probe = REFUSES;

    assertFalse(look());

    assertFalse(watch.isAway());
  }

  @Test
  void failedCall_hasTheDatabaseLookedAtNow() throws Exception {
    watch(true).start();
    var closed = new PGSimpleDataSource();
    closed.setUrl("jdbc:postgresql://localhost:1/none");
    var database = new Database(closed, System::nanoTime, watch);
    probe = REFUSES;

    assertUnavailable(database);

    assertEquals("away", changes.take());
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
    assertEquals("back", changes.poll(20, TimeUnit.SECONDS));
    while (watch.isAway()) {
      Thread.onSpinWait();
    }
    database.useTransaction(Call.system(), tx -> tx.execute("select 1"));
    assertEquals(1, connections.get());
  }

  private static void assertUnavailable(Database database) {
    var failure =
        assertThrows(
            UserServiceException.class,
            () -> database.useTransaction(Call.system(), tx -> tx.execute("select 1")));
    assertEquals(ErrorReason.DATABASE_UNAVAILABLE, failure.reason());
    assertTrue(failure.retryAfter().isPresent());
  }
}
