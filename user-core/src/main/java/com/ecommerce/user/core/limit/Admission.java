package com.ecommerce.user.core.limit;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import java.util.List;
import java.util.Optional;

/**
 * The result of checking a call against the limits.
 *
 * @param results the result of each limit that was checked, in that order; the last may be a
 *     refusal
 */
public record Admission(List<LimitResult> results) {
  /** The result for a call that nothing limits. */
  static final Admission UNLIMITED = new Admission(List.of());

  public Admission {
    results = List.copyOf(results);
  }

  /** Returns the limit that refuses the call, if one does. */
  Optional<LimitResult> refusal() {
    return results.stream().filter(result -> !result.granted()).findFirst();
  }

  /**
   * Returns if the call was admitted, and throws otherwise.
   *
   * @throws UserServiceException with {@code RATE_LIMITED} and the time to wait
   */
  public void throwIfRefused() {
    refusal()
        .ifPresent(
            result -> {
              throw refused(result);
            });
  }

  static UserServiceException refused(LimitResult result) {
    var rate = result.rate();
    return UserServiceException.retryLater(
        ErrorReason.RATE_LIMITED,
        "too many calls for the limit \""
            + result.limit()
            + "\" (expected: at most "
            + rate.speed()
            + " after a burst of "
            + rate.burst()
            + ")",
        result.retryAfter());
  }
}
