package com.ecommerce.user.core.internal.db;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Remembers for half a minute that the database refused work, for example because its disk is full.
 * A probe that only connects does not notice that. Thread-safe.
 */
final class Impairment {
  private static final Duration REMEMBERED = Duration.ofSeconds(30);
  private static final long NEVER = Long.MIN_VALUE;

  private final LongSupplier nanoTime;
  private final AtomicLong last = new AtomicLong(NEVER);

  /**
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  Impairment(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Records an outage if it is a lasting one. */
  void note(Outage outage) {
    if (outage.lasts()) {
      last.set(nanoTime.getAsLong());
    }
  }

  /** Returns whether the database refused work within the last half minute. */
  boolean isRecent() {
    long noted = last.get();
    return noted != NEVER && nanoTime.getAsLong() - noted <= REMEMBERED.toNanos();
  }
}
