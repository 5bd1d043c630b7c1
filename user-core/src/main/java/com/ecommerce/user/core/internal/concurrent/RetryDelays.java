package com.ecommerce.user.core.internal.concurrent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The pauses after failed attempts, which double each time up to an hour. Each is randomly
 * shortened, to no less than half, so that what failed together is not all retried at once.
 * Thread-safe if the random source is.
 */
public final class RetryDelays {
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int MAX_DOUBLINGS = 20;

  private final Duration first;
  private final RandomGenerator random;

  /**
   * @param first the first pause, at most an hour
   */
  public RetryDelays(Duration first, RandomGenerator random) {
    this.first = first;
    this.random = random;
  }

  /**
   * Returns the pause after a failed attempt.
   *
   * @param attempts the number of failed attempts, at least 1
   */
  public Duration after(int attempts) {
    long doubled = first.toMillis() << Math.min(attempts - 1, MAX_DOUBLINGS);
    long pause = Math.min(LONGEST.toMillis(), doubled);
    return Duration.ofMillis(random.nextLong(pause / 2, pause + 1));
  }
}
