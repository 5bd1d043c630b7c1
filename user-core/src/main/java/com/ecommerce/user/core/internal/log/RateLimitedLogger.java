package com.ecommerce.user.core.internal.log;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Says when a line of the log that could come with every call is due again. Thread-safe. */
public final class RateLimitedLogger {
  private final long pause;
  private final LongSupplier nanoTime;
  private final AtomicLong next;
  private final AtomicLong leftOut = new AtomicLong();

  /**
   * @param pause between two lines
   * @param nanoTime as {@link System#nanoTime}
   */
  public RateLimitedLogger(Duration pause, LongSupplier nanoTime) {
    this.pause = pause.toNanos();
    this.nanoTime = nanoTime;
    this.next = new AtomicLong(nanoTime.getAsLong());
  }

  /** If a line is due now, how many were left out since the last one; else this one is left out. */
  public OptionalLong due() {
    long now = nanoTime.getAsLong();
    long due = next.get();
    if (now - due >= 0 && next.compareAndSet(due, now + pause)) {
      return OptionalLong.of(leftOut.getAndSet(0));
    }
    leftOut.incrementAndGet();
    return OptionalLong.empty();
  }
}
