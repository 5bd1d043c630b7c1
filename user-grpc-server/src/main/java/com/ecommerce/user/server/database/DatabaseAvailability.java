package com.ecommerce.user.server.database;

import com.ecommerce.user.core.health.DatabaseObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The availability of a database, for its connection pools. During an outage, calls do not wait for
 * connections, and none is opened; after it, all pools connect at once, without the growing pauses
 * of a pool that retries on its own. Thread-safe.
 */
public final class DatabaseAvailability implements DatabaseObserver {
  /**
   * The time from the detection of an outage until running statements are aborted. Their calls fail
   * within 4 seconds, including the time to detect the outage.
   */
  private static final Duration ABORT_AFTER = Duration.ofSeconds(2);

  private final Executor background;
  private final BooleanSupplier logsOutage;
  private final List<ServicePool> pools = new CopyOnWriteArrayList<>();

  /** The number of outages so far. Guarded by this, like the next field. */
  private long outages;

  private boolean isUnavailable;

  /**
   * @param background closes connections, which may block
   * @param logsOutage see {@link DatabaseObserver#logsOutage}
   */
  public DatabaseAvailability(Executor background, BooleanSupplier logsOutage) {
    this.background = background;
    this.logsOutage = logsOutage;
  }

  void add(ServicePool pool) {
    pools.add(pool);
  }

  void remove(ServicePool pool) {
    pools.remove(pool);
  }

  synchronized boolean isUnavailable() {
    return isUnavailable;
  }

  /**
   * Waits before the next attempt to connect: for the given time, or during an outage until it
   * ends, but at most a second.
   *
   * @param pause the time to wait if there is no outage
   */
  @SuppressWarnings("WaitNotInLoop") // A spurious wakeup is an attempt that comes early.
  synchronized void awaitNextAttempt(Duration pause) throws InterruptedException {
    if (isUnavailable) {
      wait(TimeUnit.SECONDS.toMillis(1));
    } else {
      wait(pause.toMillis());
    }
  }

  /** Wakes the threads that wait for their next attempt. */
  synchronized void wake() {
    notifyAll();
  }

  @Override
  public void onUnavailable() {
    long outage;
    synchronized (this) {
      isUnavailable = true;
      outage = ++outages;
      notifyAll();
    }
    background.execute(() -> pools.forEach(ServicePool::closeIdle));
    CompletableFuture.delayedExecutor(ABORT_AFTER.toMillis(), TimeUnit.MILLISECONDS, background)
        .execute(() -> abort(outage));
  }

  private void abort(long outage) {
    boolean lasts;
    synchronized (this) {
      lasts = isUnavailable && outages == outage;
    }
    if (lasts) {
      pools.forEach(ServicePool::abortAll);
    }
  }

  @Override
  public synchronized void onAvailable() {
    isUnavailable = false;
    notifyAll();
  }

  @Override
  public boolean logsOutage() {
    return logsOutage.getAsBoolean();
  }
}
