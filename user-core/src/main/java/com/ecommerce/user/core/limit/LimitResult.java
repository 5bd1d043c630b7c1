package com.ecommerce.user.core.limit;

import java.time.Duration;

/**
 * The state of one limit for a caller, after a call was counted or refused.
 *
 * @param limit the name of the limit
 * @param granted whether the call may proceed
 * @param remaining the number of further calls that would be granted now
 * @param nanosToNext the nanoseconds until one call is available; 0 if one is
 * @param nanosToFull the nanoseconds until the whole burst is available
 */
public record LimitResult(
    String limit, Rate rate, boolean granted, long remaining, long nanosToNext, long nanosToFull) {

  /** Returns the time that a refused call has to wait, in whole milliseconds, rounded up. */
  public Duration retryAfter() {
    return Duration.ofMillis(Math.max(1, (nanosToNext + 999_999) / 1_000_000));
  }
}
