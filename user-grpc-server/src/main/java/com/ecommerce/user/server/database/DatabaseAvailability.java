package com.ecommerce.user.server.database;

import com.ecommerce.user.core.health.DatabaseObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Tells the pools of a database whether it answers, as its health checks found. While it is away,
 * nobody waits for a connection, and none is opened; when it is back, all of them connect at once,
 * without the growing pauses of a pool that tries on its own. Thread-safe.
 */
public final class DatabaseAvailability implements DatabaseObserver {
  /**
   * The time after which running statements of a database that does not answer are given up.
   * Together with the time until that is known, their calls take 4 seconds at most.
   */
  private static final Duration ABORT_AFTER = Duration.ofSeconds(2);

  private final Executor background;
  private final List<ServicePool> pools = new CopyOnWriteArrayList<>();

  /** The number of outages so far. Guarded by this, as is the field below. */
  private long outages;

  private boolean isAway;

  /**
   * @param background closes connections, which may block
   */
  public DatabaseAvailability(Executor background) {
    this.background = background;
  }

  void add(ServicePool pool) {
    pools.add(pool);
  }

  void remove(ServicePool pool) {
    pools.remove(pool);
  }

  synchronized boolean isAway() {
    return isAway;
  }

  /**
   * Waits for some time at most; while the database is away, until it is back.
   *
   * @param pause the time to wait if the database is not known to be away
   */
  synchronized void awaitNextTry(Duration pause) throws InterruptedException {
    if (isAway) {
      // Again and again, since the connection may not be wanted any more.
      wait(TimeUnit.SECONDS.toMillis(1));
    } else {
      wait(pause.toMillis());
    }
  }

  /** Wakes those who wait for their next try. */
  synchronized void wake() {
    notifyAll();
  }

  @Override
  public void onAway() {
    long outage;
    synchronized (this) {
      isAway = true;
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
      lasts = isAway && outages == outage;
    }
    if (lasts) {
      pools.forEach(ServicePool::abortAll);
    }
  }

  @Override
  public synchronized void onBack() {
    isAway = false;
    notifyAll();
  }
}
