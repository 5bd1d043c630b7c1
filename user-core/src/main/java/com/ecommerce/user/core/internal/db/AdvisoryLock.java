package com.ecommerce.user.core.internal.db;

/**
 * The advisory locks with a fixed key, which is a pair of numbers. The locks of {@link
 * IdempotentWrites} and of Flyway have keys of one number, which PostgreSQL keeps apart from pairs.
 */
public enum AdvisoryLock {
  /** Taken by changes that depend on whether there are other admins. */
  ADMINS("1, 0"),

  /**
   * Taken by transactions that add to the queue of webhooks, and shared by those that finish
   * deliveries.
   */
  WEBHOOK_QUEUE("1464353099, 1");

  private final String key;

  AdvisoryLock(String key) {
    this.key = key;
  }

  /** Returns the key, as the arguments of functions such as {@code pg_advisory_xact_lock}. */
  public String key() {
    return key;
  }
}
