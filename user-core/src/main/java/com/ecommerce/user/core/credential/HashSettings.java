package com.ecommerce.user.core.credential;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The settings for hashing new passwords.
 *
 * @param bcryptCost the binary logarithm of bcrypt's rounds, 4 to 16; unused by Argon2id
 */
public record HashSettings(Algorithm algorithm, int bcryptCost) {
  /** The lowest cost of bcrypt, which takes about a millisecond; for tests. */
  public static final int MIN_BCRYPT_COST = 4;

  /** The highest cost of bcrypt. A hash takes some 4 seconds, and occupies a core for that time. */
  public static final int MAX_BCRYPT_COST = 16;

  private static final int DEFAULT_BCRYPT_COST = 12;

  /** An estimate of the time of one bcrypt round on a fast core. */
  private static final Duration BCRYPT_ROUND = Duration.ofNanos(60_000);

  private static final Duration ARGON2ID = Duration.ofMillis(40);

  /** The default: bcrypt at cost 12, about 0.3 seconds. */
  public static final HashSettings DEFAULT = bcrypt(DEFAULT_BCRYPT_COST);

  /** The schemes for new hashes. Both resist guessing; Argon2id takes less time but more memory. */
  public enum Algorithm {
    /** The bcrypt algorithm, with a configurable cost. */
    BCRYPT,
    /**
     * Argon2id (RFC 9106) with 19 MiB, 2 passes and 1 lane, the first choice of OWASP's password
     * storage cheat sheet.
     */
    ARGON2ID
  }

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if the cost is out of its range
   */
  public HashSettings {
    requireNonNull(algorithm, "algorithm");
    if (bcryptCost < MIN_BCRYPT_COST || bcryptCost > MAX_BCRYPT_COST) {
      throw new IllegalArgumentException(
          "bcryptCost: "
              + bcryptCost
              + " (expected: "
              + MIN_BCRYPT_COST
              + " to "
              + MAX_BCRYPT_COST
              + ")");
    }
  }

  /**
   * Returns the approximate time of a hash on a core of a current server, for estimates before any
   * hash was measured, and for limits that must be the same on all instances.
   */
  public Duration expectedTime() {
    return switch (algorithm) {
      case BCRYPT -> BCRYPT_ROUND.multipliedBy(1L << bcryptCost);
      case ARGON2ID -> ARGON2ID;
    };
  }

  /**
   * Returns settings for bcrypt.
   *
   * @throws IllegalArgumentException if the cost is out of its range
   */
  public static HashSettings bcrypt(int cost) {
    return new HashSettings(Algorithm.BCRYPT, cost);
  }

  /** Returns settings for Argon2id. */
  public static HashSettings argon2id() {
    return new HashSettings(Algorithm.ARGON2ID, DEFAULT_BCRYPT_COST);
  }
}
