package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import com.ecommerce.user.core.internal.db.DatabaseCircuitBreaker;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.server.testing.CapturedLog;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the log lines about outages of the database. */
@Timeout(30)
class OutageLogTest {
  private static final String AWAY =
      "WARN The database is unavailable (connection lost, SQL state 08001): calls that need it fail with"
          + " UNAVAILABLE until it answers";

  private static final Callable<Boolean> REFUSES =
      () -> {
        throw new SQLException("refused by db.internal", "08001");
      };

  private final AtomicLong nanoTime = new AtomicLong();
  private volatile Callable<Boolean> probe = () -> true;
  private volatile boolean isLoggedElsewhere;
  private CapturedLog captured;
  private DatabaseCircuitBreaker watch;

  @BeforeEach
  void start() {
    captured = new CapturedLog();
    watch =
        new DatabaseCircuitBreaker(
            () -> probe.call(), true, () -> {}, () -> {}, () -> isLoggedElsewhere, nanoTime::get);
    watch.start();
  }

  @AfterEach
  void stop() {
    watch.close();
    captured.close();
  }

  private List<String> lines() {
    return captured.events().stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  private void away() throws Exception {
    probe = REFUSES;
    Await.until(watch::isOpen);
  }

  private void back() throws Exception {
    probe = () -> true;
    Await.until(() -> !watch.isOpen());
  }

  @Test
  void outage_isOneLineAtItsBeginAndOneAtItsEnd() throws Exception {
    away();
    nanoTime.addAndGet(Duration.ofSeconds(25).toNanos());
    back();

    Await.until(() -> lines().size() == 2);
    assertEquals(
        List.of(
            AWAY,
            "INFO The database is available again after 25.0 s; 0 transactions failed in the meantime"),
        lines());
  }

  @Test
  void databaseThatComesAndGoes_isOneLineInTenSeconds() throws Exception {
    for (int i = 0; i < 4; i++) {
      away();
      nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
      back();
    }
    nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());
    away();

    Await.until(() -> lines().size() == 3);
    assertEquals(AWAY + "; shorter outages since the last such line: 3", lines().get(2));
  }

  @Test
  void longOutageSoonAfterAShortOne_isReportedWhenItsLineIsDue() throws Exception {
    away();
    back();
    Await.until(() -> lines().size() == 2);
    away();

    nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());

    Await.until(() -> lines().size() == 3);
    assertTrue(lines().get(2).startsWith(AWAY), lines().get(2));
  }

  @Test
  void outageThatIsLoggedElsewhere_hasNoLines_unlessItGoesOn() throws Exception {
    isLoggedElsewhere = true;
    away();
    back();
    assertEquals(List.of(), lines());

    away();
    isLoggedElsewhere = false;

    Await.until(() -> lines().size() == 1);
    assertEquals(List.of(AWAY), lines());
  }
}
