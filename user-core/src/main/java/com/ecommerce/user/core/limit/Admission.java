package com.ecommerce.user.core.limit;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import java.util.List;
import java.util.Optional;

/**
 * The result of checking a call against the limits.
 *
 * @param standings the state of each limit that was checked, in that order; the last may be a
 *     refusal
 */
public record Admission(List<LimitResult> standings) {
  /** The result for a call that nothing limits. */
  static final Admission UNLIMITED = new Admission(List.of());

  public Admission {
    standings = List.copyOf(standings);
  }

  /** Returns the limit that refuses the call, if one does. */
  Optional<LimitResult> refusal() {
    return standings.stream().filter(standing -> !standing.granted()).findFirst();
  }

  /**
   * Returns if the call was admitted, and throws otherwise.
   *
   * @throws UserServiceException with {@code RATE_LIMITED} and the time to wait
   */
  public void throwIfRefused() {
    refusal()
        .ifPresent(
            standing -> {
              throw refused(standing);
            });
  }

  static UserServiceException refused(LimitResult standing) {
    var rate = standing.rate();
    return UserServiceException.retryLater(
        ErrorReason.RATE_LIMITED,
        "too many calls for the limit \""
            + standing.limit()
            + "\" (expected: at most "
            + rate.speed()
            + " after a burst of "
            + rate.burst()
            + ")",
        standing.retryAfter());
  }
}
