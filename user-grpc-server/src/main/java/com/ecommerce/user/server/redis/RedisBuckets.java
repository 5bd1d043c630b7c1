package com.ecommerce.user.server.redis;

import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.limit.BucketLimit;
import com.ecommerce.user.core.limit.BucketStore;
import com.ecommerce.user.core.limit.LimitResult;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Buckets in Redis, shared by all instances that use it. A call takes one round trip, regardless of
 * the number of its buckets. While Redis is unavailable or does not answer in time, the buckets of
 * this process decide. Never blocks. Thread-safe.
 */
public final class RedisBuckets implements BucketStore {
  private final RedisConnection redis;
  private final BucketStore local;

  /**
   * @param local decides while Redis is unavailable
   */
  public RedisBuckets(RedisConnection redis, BucketStore local) {
    this.redis = redis;
    this.local = local;
  }

  @Override
  public CompletionStage<List<LimitResult>> tryConsume(List<BucketLimit> buckets) {
    var commands = redis.commands();
    if (commands.isEmpty()) {
      return local.tryConsume(buckets);
    }
    return ConsumeScript.run(commands.get(), buckets)
        .orTimeout(RedisConnection.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((results, failure) -> note(failure))
        .exceptionallyCompose(failure -> local.tryConsume(buckets));
  }

  private void note(Throwable failure) {
    if (failure == null) {
      redis.answeredInTime();
    } else {
      redis.failed(Stages.unwrapped(failure));
    }
  }
}
