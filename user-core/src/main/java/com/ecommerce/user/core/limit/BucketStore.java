package com.ecommerce.user.core.limit;

import java.util.concurrent.CompletionStage;

/**
 * A store that counts calls, in this process or for several processes together. Implementations are
 * thread-safe.
 */
public interface BucketStore {
  /**
   * Takes one call out of a bucket, if there is one. Never blocks. Calls at several rates share the
   * bucket of their key: each takes the time out of it in which one comes back at its own rate.
   *
   * @return never fails
   */
  CompletionStage<LimitResult> take(BucketKey key, Rate rate);
}
