package com.ecommerce.user.core.credential;

import static java.util.Objects.requireNonNull;

/**
 * The settings for hashing passwords. Immutable.
 *
 * @param hash the algorithm and cost of new hashes. Default: bcrypt at cost 12
 * @param threads the number of passwords that are hashed concurrently; each occupies a processor.
 *     At least 1. Default: the number of processors
 * @param queue the maximum number of passwords that wait to be hashed; 0 lets none wait. Where
 *     hashes are slow, fewer wait: a call whose hash cannot begin within 2 seconds is refused.
 *     Default: 1,000
 */
public record PasswordSettings(HashSettings hash, int threads, int queue) {
  /** The defaults: bcrypt at cost 12 on all processors. */
  public static final PasswordSettings DEFAULT =
      new PasswordSettings(HashSettings.DEFAULT, Runtime.getRuntime().availableProcessors(), 1_000);

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if a number is out of its range
   */
  public PasswordSettings {
    requireNonNull(hash, "hash");
    requireAtLeast(1, "threads", threads);
    requireAtLeast(0, "queue", queue);
  }

  private static void requireAtLeast(int minimum, String name, int value) {
    if (value < minimum) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: at least " + minimum + ")");
    }
  }

  /** Returns these settings with another {@code hash}. */
  public PasswordSettings withHash(HashSettings hash) {
    return new PasswordSettings(hash, threads, queue);
  }

  /** Returns these settings with another number of {@code threads}. */
  public PasswordSettings withThreads(int threads) {
    return new PasswordSettings(hash, threads, queue);
  }

  /** Returns these settings with another {@code queue}. */
  public PasswordSettings withQueue(int queue) {
    return new PasswordSettings(hash, threads, queue);
  }
}
