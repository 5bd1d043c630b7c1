package com.ecommerce.user.core.internal.batch;

import com.ecommerce.user.core.request.RequestContext;
import java.util.concurrent.CompletableFuture;

/** A request that waits for its answer. */
record PendingRequest<Q, A>(RequestContext call, Q value, CompletableFuture<A> answer) {
  PendingRequest(RequestContext call, Q value) {
    this(call, value, new CompletableFuture<>());
  }

  /**
   * Returns whether the answer is still needed; if not, completes it with the reason. Throws
   * nothing.
   */
  boolean isWanted() {
    try {
      var cancelled = call.cancellation().reason();
      cancelled.ifPresent(reason -> answer.completeExceptionally(RequestContext.cancelled(reason)));
      return cancelled.isEmpty();
    } catch (RuntimeException | Error failure) {
      answer.completeExceptionally(failure);
      return false;
    }
  }
}
