package com.ecommerce.user.core.verification;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How often a user may ask for mail of one purpose: once a minute, five times an hour. */
final class RequestLimit {
  static final int PER_HOUR = 5;
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
    return allowed.isAfter(now) ? Optional.of(Duration.between(now, allowed)) : Optional.empty();
  }
}
