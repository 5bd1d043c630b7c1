package com.ecommerce.user.core.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How often a user may cause mail of one purpose: once a minute and five times an hour by asking
 * for it, 20 times an hour by changes of the email.
 */
final class RequestLimit {
  static final int PER_HOUR = 5;
  static final int CHANGES_PER_HOUR = 20;
  static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private RequestLimit() {}

  /**
   * How long the next request has to wait; empty when it need not.
   *
   * @param times the latest requests of the last hour, newest first, {@link #PER_HOUR} at most
   */
  static Optional<Duration> waitAfter(List<Instant> times, Instant now) {
    if (times.isEmpty()) {
      return Optional.empty();
    }
    Instant allowed = times.get(0).plus(MINUTE);
    if (times.size() == PER_HOUR) {
      Instant hourly = times.get(PER_HOUR - 1).plus(HOUR);
      allowed = hourly.isAfter(allowed) ? hourly : allowed;
    }
    return wait(now, allowed);
  }

  /**
   * How long the next change has to wait; empty when it need not.
   *
   * @param times of the latest changes of the last hour, newest first
   */
  static Optional<Duration> waitToChange(List<Instant> times, Instant now) {
    return times.size() < CHANGES_PER_HOUR
        ? Optional.empty()
        : wait(now, times.get(CHANGES_PER_HOUR - 1).plus(HOUR));
  }

  private static Optional<Duration> wait(Instant now, Instant allowed) {
    return allowed.isAfter(now) ? Optional.of(Duration.between(now, allowed)) : Optional.empty();
  }
}
