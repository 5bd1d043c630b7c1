package com.ecommerce.user.core.internal.cache;

import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.health.CacheStatistics;
import com.ecommerce.user.core.internal.event.EventFeed;
import com.ecommerce.user.core.value.UserId;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * A cache of rows that belong to users, invalidated by the event log. No method waits. Thread-safe.
 *
 * <p><b>Algorithm.</b> Cache-aside reads, validated by a version clock. Each entry keeps the time
 * of an {@link InvalidationClock} from before its query began. A change of a user sets the user's
 * latest change to a new time of that clock: a change by this instance when its transaction ends
 * and before its caller is answered, a change by another instance when {@link EventFeed} reads its
 * event. {@link #get} returns an entry only while
 *
 * <ul>
 *   <li>the feed is current, so that no event of another instance is unread for longer than {@link
 *       EventFeed#MAX_AGE},
 *   <li>the user has not changed since the time of the entry, and
 *   <li>the entry is younger than its maximum age.
 * </ul>
 *
 * <p><b>Why no outdated row is returned.</b> A query that does not see a change began before the
 * change was committed, hence before it was invalidated, so the entry's time is less than that of
 * the change. This holds in whichever order the query and the change end, so no lock is needed
 * between them. For example, at time 41 a read of a user begins and its query takes a snapshot. The
 * user's name is changed, which sets the user's latest change to 42. Then the query returns the
 * former name, which is stored with the time 41. The next {@code get} compares 41 with 42 and
 * returns nothing, and a new read begins at 42.
 *
 * <p><b>Bounds.</b> A change by this instance is visible at once; a change by another instance
 * usually after a quarter of a second, and after {@code EventFeed.MAX_AGE} at the latest; a manual
 * change of the table, which writes no event, after the maximum age. The policy bounds the memory;
 * the clock takes another 512 KiB.
 *
 * <p><b>Source.</b> The comparison of times is the read validation of Transactional Locking II
 * (Dice, Shalev and Shavit, DISC 2006), with a global version clock and striped versions. It solves
 * the problem of stale sets that leases solve in "Scaling Memcache at Facebook" (Nishtala et al.,
 * NSDI 2013), which also describes invalidation by the log of committed changes.
 *
 * @param <V> the type of the values
 */
public final class EventInvalidatedCache<V> {
  private final EventFeed feed;
  private final long maxAgeNanos;
  private final LongSupplier nanoTime;
  private final InvalidationClock clock = new InvalidationClock();
  private final Cache<UUID, Entry<V>> entries;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder bypasses = new LongAdder();
  private final LongAdder evictions = new LongAdder();

  /**
   * A cached value.
   *
   * @param time the time of the invalidation clock before its query began
   * @param readAt the same time in nanoseconds
   */
  public record Entry<V>(V value, long time, long readAt) {}

  /**
   * The start of a query, taken with {@link #now}.
   *
   * @param time by the invalidation clock
   * @param readAt in nanoseconds
   */
  public record Moment(long time, long readAt) {}

  /**
   * Creates a cache and subscribes it to the feed.
   *
   * @param events the types of the events that invalidate the entries of their user
   * @param maxAge the time for which an entry is used if no event invalidates it
   * @param nanoTime a clock such as {@link System#nanoTime}
   * @param policy has a maximum weight in bytes
   */
  public EventInvalidatedCache(
      EventFeed feed,
      Set<EventType> events,
      Duration maxAge,
      LongSupplier nanoTime,
      Caffeine<UUID, Entry<V>> policy) {
    this.feed = feed;
    this.maxAgeNanos = maxAge.toNanos();
    this.nanoTime = nanoTime;
    entries =
        policy
            .evictionListener(
                (key, entry, cause) -> {
                  if (cause == RemovalCause.SIZE) {
                    evictions.increment();
                  }
                })
            .executor(Runnable::run)
            .build();
    feed.subscribe(
        events,
        new EventFeed.Listener() {
          @Override
          public void onEvent(UUID user) {
            invalidate(user);
          }

          @Override
          public void onGap() {
            clock.invalidateAll();
            entries.invalidateAll();
          }
        });
  }

  /**
   * Returns the entry of a key if it may be used; null if the database must be queried. The caller
   * counts the result with {@link #recordHit} or {@link #recordMiss}.
   *
   * @param user the user to whom the value belongs
   */
  public Entry<V> get(UUID key, UUID user) {
    // The feed comes before the clock: a caller that sees its latest poll also sees the
    // invalidations of that poll.
    if (!feed.isCurrent()) {
      return null;
    }
    var entry = entries.getIfPresent(key);
    if (entry == null || isValid(user, entry)) {
      return entry;
    }
    entries.asMap().remove(key, entry);
    return null;
  }

  private boolean isValid(UUID user, Entry<V> entry) {
    return clock.isUnchangedSince(user, entry.time())
        && nanoTime.getAsLong() - entry.readAt() < maxAgeNanos;
  }

  /** Counts a read that was answered from memory. */
  public void recordHit() {
    hits.increment();
  }

  /** Counts a read that must query the database. */
  public void recordMiss() {
    (feed.isCurrent() ? misses : bypasses).increment();
  }

  /** Returns the current time. Must be called before the query whose result is to be stored. */
  public Moment now() {
    return new Moment(clock.now(), nanoTime.getAsLong());
  }

  /** Stores a value, unless its user has changed since the query began. */
  public void put(UUID key, UUID user, V value, Moment queryBegan) {
    if (feed.isCurrent() && clock.isUnchangedSince(user, queryBegan.time())) {
      store(key, user, new Entry<>(value, queryBegan.time(), queryBegan.readAt()));
    }
  }

  /** Removes the entry again if an invalidation has just passed, which found no entry to remove. */
  private void store(UUID key, UUID user, Entry<V> entry) {
    entries.put(key, entry);
    if (!clock.isUnchangedSince(user, entry.time())) {
      entries.asMap().remove(key, entry);
    }
  }

  /**
   * Replaces the value under a user's own id, if there is one, by the changed one. Must be called
   * after the commit of a change and before its caller is answered. If it is not known whether the
   * change was committed, {@link #invalidate} must be called instead.
   *
   * @param value makes the value after the change
   * @param changeBegan taken before the user was read
   * @param events the events of the change, of which no other listener needs to know
   */
  public void replace(UUID user, Supplier<V> value, Moment changeBegan, Collection<UUID> events) {
    var entry = entries.getIfPresent(user);
    var change = clock.invalidateKnown(user, changeBegan.time());
    if (entry == null || change.isEmpty() || !feed.isCurrent()) {
      entries.invalidate(user);
    } else {
      // The entry keeps its age, so that manual changes of other columns still become visible in
      // time.
      store(user, user, new Entry<>(value.get(), change.getAsLong(), entry.readAt()));
    }
    feed.skip(events);
  }

  /**
   * Invalidates all entries of the user, and those that are being read. An entry under the user's
   * own id is removed at once, since it contains personal data, possibly of a deleted user.
   */
  public void invalidate(UUID user) {
    clock.invalidate(user);
    entries.invalidate(user);
  }

  /**
   * Invalidates all entries of the user when the transaction has ended, before its caller is
   * answered. A failed commit counts as well, since it may have taken place.
   */
  public void invalidateAtEnd(Handle tx, UserId user) {
    tx.addCleanable(() -> invalidate(user.value()));
  }

  /**
   * Returns the figures of this cache as of now.
   *
   * @param others caches that belong to it, whose bytes are added; bounded by weight in bytes
   */
  public CacheStatistics statistics(Cache<?, ?>... others) {
    // Drops expired entries, which would still count.
    entries.cleanUp();
    return new CacheStatistics(
        hits.sum(),
        misses.sum(),
        bypasses.sum(),
        evictions.sum(),
        entries.estimatedSize(),
        bytes(entries) + Arrays.stream(others).mapToLong(EventInvalidatedCache::bytes).sum());
  }

  private static long bytes(Cache<?, ?> cache) {
    return cache.policy().eviction().orElseThrow().weightedSize().orElseThrow();
  }
}
