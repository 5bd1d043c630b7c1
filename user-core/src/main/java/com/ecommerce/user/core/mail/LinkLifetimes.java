package com.ecommerce.user.core.mail;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The lifetimes of mailed links, counted from the request for a link.
 *
 * @param verification the lifetime of a link that verifies an email
 * @param reset the lifetime of a link that resets a password; it should not exceed an hour or so,
 *     since the link is as powerful as the password
 */
public record LinkLifetimes(Duration verification, Duration reset) {
  /** The time for which a change of email can be stopped or undone. */
  public static final Duration EMAIL_CHANGE = Duration.ofDays(7);

  /** The defaults: a day to verify an email, and an hour to reset a password. */
  public static final LinkLifetimes DEFAULT =
      new LinkLifetimes(Duration.ofHours(24), Duration.ofHours(1));

  /**
   * Creates lifetimes.
   *
   * @throws IllegalArgumentException if either is not positive
   */
  public LinkLifetimes {
    requireNonNull(verification, "verification");
    requireNonNull(reset, "reset");
    requirePositive("verification", verification);
    requirePositive("reset", reset);
  }

  private static void requirePositive(String name, Duration lifetime) {
    if (lifetime.isNegative() || lifetime.isZero()) {
      throw new IllegalArgumentException(name + ": " + lifetime + " (expected: above zero)");
    }
  }
}
