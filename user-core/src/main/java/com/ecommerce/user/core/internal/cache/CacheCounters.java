package com.ecommerce.user.core.internal.cache;

import com.ecommerce.user.core.health.CacheStatistics;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.RemovalListener;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a cache does. Thread-safe. */
public final class CacheCounters {
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder bypasses = new LongAdder();
  private final LongAdder evictions = new LongAdder();

  public void hit() {
    hits.increment();
  }

  public void miss() {
    misses.increment();
  }

  public void bypass() {
    bypasses.increment();
  }

  /** For the eviction listener of the cache. */
  public RemovalListener<Object, Object> evictionListener() {
    return (key, value, cause) -> {
      if (cause == RemovalCause.SIZE) {
        evictions.increment();
      }
    };
  }

  /**
   * The figures as of now.
   *
   * @param cache is bounded by weight in bytes, as are all of them
   * @param others what belongs to it, and counts with its bytes only
   */
  public CacheStatistics statistics(Cache<?, ?> cache, Cache<?, ?>... others) {
    // What has expired counts no more, though it may still be there.
    cache.cleanUp();
    return new CacheStatistics(
        hits.sum(),
        misses.sum(),
        bypasses.sum(),
        evictions.sum(),
        cache.estimatedSize(),
        bytes(cache) + Arrays.stream(others).mapToLong(CacheCounters::bytes).sum());
  }

  private static long bytes(Cache<?, ?> cache) {
    return cache.policy().eviction().orElseThrow().weightedSize().orElseThrow();
  }
}
