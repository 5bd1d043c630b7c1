package com.ecommerce.user.core.credential;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The settings for hashing new passwords.
 *
 * @param bcryptCost the binary logarithm of bcrypt's rounds, 4 to 16; unused by Argon2id
 */
public record HashSettings(Algorithm algorithm, int bcryptCost) {
  public static final int MIN_BCRYPT_COST = 4;

  /** Some 3 seconds: a hash can occupy a core no longer. */
  public static final int MAX_BCRYPT_COST = 16;

  private static final int DEFAULT_BCRYPT_COST = 12;

  /** The time of one bcrypt round; a hash of cost 12 takes a quarter of a second. */
  private static final Duration BCRYPT_ROUND = Duration.ofNanos(60_000);

  private static final Duration ARGON2ID = Duration.ofMillis(40);

  public static final HashSettings DEFAULT = bcrypt(DEFAULT_BCRYPT_COST);

  /**
   * The schemes for new hashes. Both resist guessing; Argon2id needs less time for it, and memory.
   */
  public enum Algorithm {
    BCRYPT,
    /**
     * RFC 9106 with 19 MiB, 2 passes and 1 lane: the first choice of OWASP's password storage cheat
     * sheet.
     */
    ARGON2ID
  }

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

  public static HashSettings bcrypt(int cost) {
    return new HashSettings(Algorithm.BCRYPT, cost);
  }

  public static HashSettings argon2id() {
    return new HashSettings(Algorithm.ARGON2ID, DEFAULT_BCRYPT_COST);
  }
}
