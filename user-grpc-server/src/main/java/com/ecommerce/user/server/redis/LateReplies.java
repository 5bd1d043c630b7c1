package com.ecommerce.user.server.redis;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Distinguishes a Redis that is too slow from a pause of this process, after which all replies are
 * late at the same time. Thread-safe.
 */
final class LateReplies {
  /** The number of consecutive late replies that a pause cannot explain. */
  private static final int TOO_MANY = 3;

  private final Duration timeout;
  private final LongSupplier nanoTime;
  private volatile int inARow;
  private long latest;

  /**
   * @param timeout the time after which a reply is late
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  LateReplies(Duration timeout, LongSupplier nanoTime) {
    this.timeout = timeout;
    this.nanoTime = nanoTime;
  }

  /**
   * Counts a late reply, unless another one was counted within the timeout.
   *
   * @return whether there are too many
   */
  synchronized boolean recordAndCheck() {
    long now = nanoTime.getAsLong();
    if (inARow == 0 || now - latest >= timeout.toNanos()) {
      inARow++;
      latest = now;
    }
    return inARow >= TOO_MANY;
  }

  /** Resets the count, after a reply in time. */
  void reset() {
    if (inARow > 0) {
      synchronized (this) {
        inARow = 0;
      }
    }
  }
}
