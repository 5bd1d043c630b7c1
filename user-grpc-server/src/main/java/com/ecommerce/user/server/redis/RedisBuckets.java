package com.ecommerce.user.server.redis;

import com.ecommerce.user.core.limit.BucketKey;
import com.ecommerce.user.core.limit.BucketStore;
import com.ecommerce.user.core.limit.LimitResult;
import com.ecommerce.user.core.limit.Rate;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Buckets in Redis, shared by every instance that uses it; while Redis is away, those of this
 * process. Never blocks. Thread-safe.
 *
 * <p>Calls that wait for the same bucket at the same moment ask together, and a bucket of 100 calls
 * or more is asked for some in advance, a fiftieth of its burst, so that most calls of a busy
 * caller need no round trip. So an instance may hold back that many from the others, until as many
 * have come back in Redis; together they never grant more than the rate.
 */
public final class RedisBuckets implements BucketStore {
  private static final int MAX_BUCKETS = 50_000;

  private final RedisConnection redis;
  private final BucketStore local;
  private final LongSupplier nanoTime;
  private final Cache<Asked, SharedBucket> buckets =
      Caffeine.newBuilder().maximumSize(MAX_BUCKETS).executor(Runnable::run).build();

  /** Transports may ask for one bucket at different rates; in Redis it is one all the same. */
  private record Asked(BucketKey key, Rate rate) {}

  /**
   * @param local decides while Redis is away
   * @param nanoTime as {@link System#nanoTime}
   */
  public RedisBuckets(RedisConnection redis, BucketStore local, LongSupplier nanoTime) {
    this.redis = redis;
    this.local = local;
    this.nanoTime = nanoTime;
  }

  @Override
  public CompletionStage<LimitResult> take(BucketKey key, Rate rate) {
    if (!redis.isWell()) {
      return local.take(key, rate);
    }
    return buckets
        .get(new Asked(key, rate), unknown -> new SharedBucket(this, key, rate))
        .take(nanoTime.getAsLong());
  }

  CompletionStage<LimitResult> takeLocally(BucketKey key, Rate rate) {
    return local.take(key, rate);
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /**
   * Asks Redis for calls.
   *
   * @return fails when there is no answer in time
   */
  CompletionStage<ConsumeScript.Answer> ask(BucketKey key, Rate rate, int wanted) {
    var commands = redis.commands();
    if (commands.isEmpty()) {
      return CompletableFuture.failedStage(new IllegalStateException("Redis is away"));
    }
    return ConsumeScript.run(commands.get(), key, rate, wanted)
        .orTimeout(RedisConnection.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((answer, failure) -> note(failure));
  }

  private void note(Throwable failure) {
    if (failure == null) {
      redis.answeredInTime();
    } else {
      redis.failed(
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure);
    }
  }
}
