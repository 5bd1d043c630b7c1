package com.ecommerce.user.core.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A store of buckets in this process, which takes at most some 10 MB. Beyond that, the least used
 * buckets are dropped, and are full when they are used again. This does not weaken the limits: a
 * caller with many networks has many buckets anyway, and a caller who floods from one uses its
 * bucket too often for it to be dropped. Thread-safe.
 */
public final class LocalBuckets implements BucketStore {
  private static final int MAX_BUCKETS = 50_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Clock clock;
  private final Cache<BucketKey, Bucket> buckets;

  /** Creates buckets, all of them full. */
  public LocalBuckets(Clock clock) {
    this(clock, MAX_BUCKETS);
  }

  LocalBuckets(Clock clock, int maxBuckets) {
    this.clock = clock;
    // Evicts on the calling thread, since an eviction takes too little time for another one.
    this.buckets = Caffeine.newBuilder().maximumSize(maxBuckets).executor(Runnable::run).build();
  }

  @Override
  public CompletableFuture<List<LimitResult>> tryConsume(List<BucketLimit> limits) {
    List<LimitResult> results = new ArrayList<>();
    for (BucketLimit limit : limits) {
      var result = tryConsume(limit.key(), limit.rate());
      results.add(result);
      if (!result.granted()) {
        break;
      }
    }
    return CompletableFuture.completedFuture(results);
  }

  LimitResult tryConsume(BucketKey key, Rate rate) {
    return buckets.get(key, unknown -> new Bucket()).tryConsume(key.limit(), rate, now());
  }

  /** Returns whether a call would be refused now. */
  boolean isEmpty(BucketKey key, Rate rate) {
    var bucket = buckets.getIfPresent(key);
    return bucket != null && bucket.isEmpty(rate, now());
  }

  long size() {
    buckets.cleanUp();
    return buckets.estimatedSize();
  }

  private long now() {
    Instant instant = clock.instant();
    return instant.getEpochSecond() * NANOS_PER_SECOND + instant.getNano();
  }
}
