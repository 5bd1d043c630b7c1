package com.ecommerce.user.core.internal.cache;

import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Remembers when users last changed, by a logical clock. Who reads a user for a cache takes the
 * {@link #now time} before the query and keeps it with the copy: the copy is good while nothing was
 * marked since. So a read that overtakes a change can never leave an old copy behind, whichever of
 * the two ends first. Thread-safe; no method waits.
 *
 * <p>Users share marks (65,536 of them), so a change may also cost the copies of a few others.
 */
public final class InvalidationClock {
  private static final int BITS = 16;
  private static final int GOLDEN_RATIO = 0x9E3779B9;

  private final AtomicLong clock = new AtomicLong();
  private final AtomicLongArray lastChanges = new AtomicLongArray(1 << BITS);
  private volatile long lastGap;

  /** To be read before the query whose result shall be kept. */
  public long now() {
    return clock.get();
  }

  /** Voids all copies of the user, also those that are being read right now. */
  public void mark(UUID user) {
    // With a new time for each try: what came between told of less than this.
    lastChanges.updateAndGet(slot(user), last -> clock.incrementAndGet());
  }

  /**
   * Does the same as {@link #mark}, for a caller that knows the changed user.
   *
   * @param time from before the user was read whom it changes
   * @return when the change was marked, which is the time of a copy of what it made; empty if
   *     another mark came between, since that may tell of a later change
   */
  public synchronized OptionalLong markKnown(UUID user, long time) {
    int slot = slot(user);
    long last = lastChanges.get(slot);
    if (Math.max(last, lastGap) <= time) {
      long change = clock.incrementAndGet();
      if (lastChanges.compareAndSet(slot, last, change)) {
        return OptionalLong.of(change);
      }
    }
    mark(user);
    return OptionalLong.empty();
  }

  /** Voids all copies of all users. */
  public synchronized void markAll() {
    lastGap = clock.incrementAndGet();
  }

  /** Returns whether a copy that was read at that time is still good. */
  public boolean isUnchangedSince(UUID user, long time) {
    return time >= lastGap && time >= lastChanges.get(slot(user));
  }

  private static int slot(UUID user) {
    return (user.hashCode() * GOLDEN_RATIO) >>> (Integer.SIZE - BITS);
  }
}
