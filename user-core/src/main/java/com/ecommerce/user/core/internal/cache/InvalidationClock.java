package com.ecommerce.user.core.internal.cache;

import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The times of the latest changes of users, by a logical clock. {@link EventInvalidatedCache}
 * describes the algorithm. Thread-safe; no method waits.
 *
 * <p>Users share 65,536 times by their hash, so a change also invalidates the entries of a few
 * other users.
 */
final class InvalidationClock {
  private static final int BITS = 16;
  private static final int GOLDEN_RATIO = 0x9E3779B9;

  private final AtomicLong clock = new AtomicLong();
  private final AtomicLongArray lastChanges = new AtomicLongArray(1 << BITS);
  private volatile long lastGap;

  /** Returns the current time. Must be called before a query. */
  long now() {
    return clock.get();
  }

  /** Invalidates all entries of the user, and those that are being read. */
  void invalidate(UUID user) {
    // Each attempt takes a new time: a concurrent invalidation may have set one that is greater.
    lastChanges.updateAndGet(slot(user), last -> clock.incrementAndGet());
  }

  /**
   * Does the same as {@link #invalidate} for a caller that knows the user after the change.
   *
   * @param time taken before the user was read
   * @return the time of the change, for an entry of the changed user; empty if another invalidation
   *     came between, which may be of a later change
   */
  synchronized OptionalLong invalidateKnown(UUID user, long time) {
    int slot = slot(user);
    long last = lastChanges.get(slot);
    if (Math.max(last, lastGap) <= time) {
      long change = clock.incrementAndGet();
      if (lastChanges.compareAndSet(slot, last, change)) {
        return OptionalLong.of(change);
      }
    }
    invalidate(user);
    return OptionalLong.empty();
  }

  /** Invalidates all entries of all users. */
  synchronized void invalidateAll() {
    lastGap = clock.incrementAndGet();
  }

  /** Returns whether the user has not been invalidated since that time. */
  boolean isUnchangedSince(UUID user, long time) {
    return time >= lastGap && time >= lastChanges.get(slot(user));
  }

  private static int slot(UUID user) {
    return (user.hashCode() * GOLDEN_RATIO) >>> (Integer.SIZE - BITS);
  }
}
