package com.ecommerce.user.core.internal.batch;

import com.ecommerce.user.core.request.RequestContext;
import java.util.concurrent.CompletableFuture;

/** A call that waits for what it asked for. */
record PendingRequest<Q, A>(RequestContext call, Q question, CompletableFuture<A> answer) {
  PendingRequest(RequestContext call, Q question) {
    this(call, question, new CompletableFuture<>());
  }

  /**
   * Returns whether the answer is still wanted; if not, fails it with the reason. Throws nothing.
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
