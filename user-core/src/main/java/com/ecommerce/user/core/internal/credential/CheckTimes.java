package com.ecommerce.user.core.internal.credential;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The durations of the latest checks that refused a wrong password. A refusal without a check is
 * delayed by one of them, so that neither the mean nor the variance of its duration distinguishes
 * it. Thread-safe.
 */
public final class CheckTimes {
  private static final int KEPT = 64;

  private final AtomicLongArray nanoseconds = new AtomicLongArray(KEPT);
  private final AtomicLong added = new AtomicLong();
  private final RandomGenerator random;
  private final LongSupplier nanoTime;

  public CheckTimes(RandomGenerator random, LongSupplier nanoTime) {
    this.random = random;
    this.nanoTime = nanoTime;
  }

  /** Returns the time now, for {@link #addSince}. */
  long now() {
    return nanoTime.getAsLong();
  }

  void addSince(long start) {
    nanoseconds.set((int) (added.getAndIncrement() % KEPT), Math.max(1, now() - start));
  }

  /** Returns a random one of the durations; empty if there is none yet. */
  Optional<Duration> any() {
    int count = (int) Math.min(KEPT, added.get());
    return count == 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanoseconds.get(random.nextInt(count))));
  }
}
