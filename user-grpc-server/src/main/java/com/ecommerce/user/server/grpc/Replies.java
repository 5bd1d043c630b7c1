package com.ecommerce.user.server.grpc;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Replies to unary calls. */
public final class Replies {
  private Replies() {}

  /** Replies at once. */
  public static <R> void reply(StreamObserver<R> observer, R answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }

  /** Replies when the stage completes, on the thread that completes it. */
  static <T, R> void reply(
      StreamObserver<R> observer, CompletionStage<T> stage, Function<? super T, R> answer) {
    stage
        .thenApply(answer)
        .whenComplete(
            (made, failure) -> {
              if (failure != null) {
                // The error interceptor turns it into a status.
                observer.onError(failure);
                return;
              }
              reply(observer, made);
            });
  }
}
