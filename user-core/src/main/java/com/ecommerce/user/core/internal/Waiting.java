package com.ecommerce.user.core.internal;

import com.ecommerce.user.core.call.Call;
import java.util.concurrent.CompletableFuture;

/** A call that waits for what it asked for. */
record Waiting<Q, A>(Call call, Q question, CompletableFuture<A> answer) {
  Waiting(Call call, Q question) {
    this(call, question, new CompletableFuture<>());
  }

  /**
   * Returns whether the answer is still wanted; if not, fails it with the reason. Throws nothing.
   */
  boolean isWanted() {
    try {
      var cancelled = call.cancellation().reason();
      cancelled.ifPresent(reason -> answer.completeExceptionally(Call.cancelled(reason)));
      return cancelled.isEmpty();
    } catch (RuntimeException | Error failure) {
      answer.completeExceptionally(failure);
      return false;
    }
  }
}
