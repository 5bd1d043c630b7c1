package com.ecommerce.user.core.internal.mail;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The pauses after failed attempts: half a minute, doubled each time up to an hour. Each is
 * randomly shortened, to no less than half, so that the mails of an outage are not all retried at
 * once. Thread-safe if the random source is.
 */
public final class RetryDelays {
  private static final Duration FIRST = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int MAX_DOUBLINGS = 7;

  private final RandomGenerator random;

  public RetryDelays(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Returns the pause after a failed attempt.
   *
   * @param attempts the number of failed attempts, at least 1
   */
  Duration after(int attempts) {
    long doubled = FIRST.toMillis() << Math.min(attempts - 1, MAX_DOUBLINGS);
    long pause = Math.min(LONGEST.toMillis(), doubled);
    return Duration.ofMillis(random.nextLong(pause / 2, pause + 1));
  }
}
