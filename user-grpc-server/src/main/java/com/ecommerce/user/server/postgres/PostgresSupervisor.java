package com.ecommerce.user.server.postgres;

import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restarts the server of a cluster when it ends unexpectedly, on the same data and port, so that
 * connection pools find it again.
 *
 * <p>Gives up after three failures in a row. A failure is a start that does not succeed, or a
 * server that ends within half a second of its start; a server that runs longer resets the count. A
 * server that is killed now and then is therefore always restarted, while one that cannot work,
 * because its disk is full or its data is gone, is given up within seconds.
 */
public final class PostgresSupervisor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PostgresSupervisor.class);

  private static final int MAX_FAILURES = 3;
  private static final Duration MIN_LIFETIME = Duration.ofMillis(500);
  private static final Duration INTERVAL = Duration.ofMillis(100);

  /** The pause after the first failure; it grows with each further one. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /**
   * The time after a restart in which probes and calls may still notice that the previous server
   * has ended.
   */
  private static final Duration AFTERMATH = Duration.ofSeconds(3);

  private final PostgresCluster cluster;
  private final Consumer<String> giveUp;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread =
      DaemonThreads.named("postgres-supervisor").newThread(this::supervise);

  /** Failures in a row. Belongs to the thread. */
  private int failures;

  private volatile long startedAt = System.nanoTime() - AFTERMATH.toNanos();
  private volatile boolean isRestarting;

  /**
   * @param cluster has been started
   * @param giveUp receives the reason when the server cannot be started again: PostgreSQL's own
   *     error message if there is one
   */
  public PostgresSupervisor(PostgresCluster cluster, Consumer<String> giveUp) {
    this.cluster = cluster;
    this.giveUp = giveUp;
  }

  /** Begins to watch the server. */
  public void start() {
    thread.start();
  }

  /**
   * Returns whether the server has ended and is to be started again, or was started again within
   * the last 3 seconds. This class logs such an outage, so nobody else needs to. Does not block.
   */
  public boolean logsOutage() {
    return !cluster.isRunning()
        || isRestarting
        || System.nanoTime() - startedAt < AFTERMATH.toNanos();
  }

  private void supervise() {
    try {
      boolean isRunning = true;
      while (isRunning && awaitEnd()) {
        isRestarting = true;
        log.warn(
            "The embedded PostgreSQL (process {}) has ended unexpectedly; it is started again on the same data",
            cluster.postmaster().map(ProcessHandle::pid).orElse(0L));
        if (System.nanoTime() - startedAt >= MIN_LIFETIME.toNanos()) {
          failures = 0;
        } else {
          failures++;
        }
        isRunning = failures < MAX_FAILURES ? restart() : givenUp("it ends right after each start");
        isRestarting = false;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when the server has ended, or false as soon as this is closed. */
  private boolean awaitEnd() throws InterruptedException {
    while (cluster.isRunning()) {
      if (isClosedWithin(INTERVAL)) {
        return false;
      }
    }
    return !isClosedWithin(Duration.ZERO);
  }

  private boolean isClosedWithin(Duration time) throws InterruptedException {
    return closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Returns whether the server runs again. */
  private boolean restart() throws InterruptedException {
    while (!isClosedWithin(PAUSE.multipliedBy(failures))) {
      long begin = System.nanoTime();
      try {
        cluster.restart();
        startedAt = System.nanoTime();
        log.info(
            "PostgreSQL runs again (process {}), after {} ms",
            cluster.postmaster().map(ProcessHandle::pid).orElse(0L),
            Duration.ofNanos(startedAt - begin).toMillis());
        return true;
      } catch (IOException | RuntimeException failed) {
        log.debug("PostgreSQL could not be started again", failed);
        if (isClosedWithin(Duration.ZERO)) {
          return false;
        }
        failures++;
        if (failures == MAX_FAILURES) {
          return givenUp(failed.getMessage());
        }
        log.warn(
            "PostgreSQL could not be started again (attempt {} of {}): {}",
            failures,
            MAX_FAILURES,
            failed.getMessage());
      }
    }
    return false;
  }

  private boolean givenUp(String reason) throws InterruptedException {
    if (!isClosedWithin(Duration.ZERO)) {
      giveUp.accept(reason);
    }
    return false;
  }

  /** Stops watching the server. A start in progress continues. */
  @Override
  public void close() {
    closed.countDown();
  }
}
