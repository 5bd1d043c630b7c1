package com.ecommerce.user.core.limit;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A store that counts calls, in this process or for several processes together. Implementations are
 * thread-safe.
 */
public interface BucketStore {
  /**
   * Takes one call out of each bucket, in order, up to the first bucket that is empty. Never
   * blocks. Calls at different rates may share a bucket: each takes out of it the time in which its
   * own rate refills one call.
   *
   * @param buckets at least one
   * @return the results in the same order, of which only the last may be a refusal; never fails
   */
  CompletionStage<List<LimitResult>> tryConsume(List<BucketLimit> buckets);
}
