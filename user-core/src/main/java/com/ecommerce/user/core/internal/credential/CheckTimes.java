package com.ecommerce.user.core.internal.credential;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;

/**
 * The durations of the latest refusals of wrong passwords. A refusal without a check takes as long
 * as one of them, so that neither its mean nor its spread gives it away. Thread-safe.
 */
final class CheckTimes {
  private static final int KEPT = 64;

  private final AtomicLongArray nanoseconds = new AtomicLongArray(KEPT);
  private final AtomicLong added = new AtomicLong();
  private final RandomGenerator random;

  CheckTimes(RandomGenerator random) {
    this.random = random;
  }

  void add(Duration time) {
    nanoseconds.set((int) (added.getAndIncrement() % KEPT), Math.max(1, time.toNanos()));
  }

  /** One of the times kept, by chance; empty when there is none yet. */
  Optional<Duration> any() {
    int count = (int) Math.min(KEPT, added.get());
    return count == 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanoseconds.get(random.nextInt(count))));
  }
}
