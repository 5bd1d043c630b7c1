package com.ecommerce.user.core.internal.log;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Decides when a log line may be written that every call could cause. Thread-safe. */
public final class RateLimitedLogger {
  private final long pause;
  private final LongSupplier nanoTime;
  private final AtomicLong next;
  private final AtomicLong leftOut = new AtomicLong();

  /**
   * @param pause the minimum time between two lines
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public RateLimitedLogger(Duration pause, LongSupplier nanoTime) {
    this.pause = pause.toNanos();
    this.nanoTime = nanoTime;
    this.next = new AtomicLong(nanoTime.getAsLong());
  }

  /**
   * Returns the number of lines left out since the last one, if a line may be written now.
   * Otherwise counts this one as left out, and returns empty.
   */
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
