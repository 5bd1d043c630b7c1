package com.ecommerce.user.server.redis;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells a Redis that is too slow from a pause of this process, after which everything is late at
 * once. Thread-safe.
 */
final class LateReplies {
  /** The number of late answers in a row that cannot come from a pause. */
  private static final int TOO_MANY = 3;

  private final Duration timeout;
  private final LongSupplier nanoTime;
  private volatile int inARow;
  private long latest;

  /**
   * @param timeout the time after which an answer is late
   * @param nanoTime as {@link System#nanoTime}
   */
  LateReplies(Duration timeout, LongSupplier nanoTime) {
    this.timeout = timeout;
    this.nanoTime = nanoTime;
  }

  /**
   * Counts one, unless another was counted within the timeout.
   *
   * @return whether there are too many now
   */
  synchronized boolean areTooManyWithOneMore() {
    long now = nanoTime.getAsLong();
    if (inARow == 0 || now - latest >= timeout.toNanos()) {
      inARow++;
      latest = now;
    }
    return inARow >= TOO_MANY;
  }

  /** An answer came in time. */
  void forget() {
    if (inARow > 0) {
      synchronized (this) {
        inARow = 0;
      }
    }
  }
}
