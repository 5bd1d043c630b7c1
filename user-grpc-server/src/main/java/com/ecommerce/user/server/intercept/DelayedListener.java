package com.ecommerce.user.server.intercept;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Queues the events of a call until its listener exists, then passes them on in order. Thread-safe.
 *
 * @param <Q> the type of the request
 */
final class DelayedListener<Q> extends ServerCall.Listener<Q> {
  private final Queue<Consumer<ServerCall.Listener<Q>>> waiting = new ArrayDeque<>();
  private ServerCall.Listener<Q> listener;

  /**
   * Returns a listener that is made from the result of a stage: immediately if the stage is
   * complete, or else one that waits for it without a thread. A later failure closes the call.
   *
   * @throws RuntimeException if the stage is complete, the failure of the stage or of {@code start}
   */
  static <Q, T> ServerCall.Listener<Q> when(
      CompletionStage<T> stage, ServerCall<Q, ?> call, Function<T, ServerCall.Listener<Q>> start) {
    var future = stage.toCompletableFuture();
    if (future.isDone()) {
      return start.apply(future.join());
    }
    var waiting = new DelayedListener<Q>();
    Runnable begin =
        () -> {
          try {
            waiting.begin(start.apply(future.join()));
          } catch (RuntimeException | Error refused) {
            // No caller would catch it. The error interceptor turns it into a status.
            call.close(Status.UNKNOWN.withCause(refused), new Metadata());
          }
        };
    var inContext = Context.current().wrap(begin);
    future.whenComplete((known, failure) -> inContext.run());
    return waiting;
  }

  /** Passes the queued events to the listener, and later events directly. */
  private void begin(ServerCall.Listener<Q> started) {
    for (var events = takeOrPass(started); !events.isEmpty(); events = takeOrPass(started)) {
      events.forEach(event -> event.accept(started));
    }
  }

  private synchronized List<Consumer<ServerCall.Listener<Q>>> takeOrPass(
      ServerCall.Listener<Q> started) {
    if (waiting.isEmpty()) {
      listener = started;
    }
    var events = List.copyOf(waiting);
    waiting.clear();
    return events;
  }

  private void deliver(Consumer<ServerCall.Listener<Q>> event) {
    synchronized (this) {
      if (listener == null) {
        waiting.add(event);
        return;
      }
    }
    event.accept(listener);
  }

  @Override
  public void onMessage(Q message) {
    deliver(told -> told.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    deliver(ServerCall.Listener::onHalfClose);
  }

  @Override
  public void onCancel() {
    deliver(ServerCall.Listener::onCancel);
  }

  @Override
  public void onComplete() {
    deliver(ServerCall.Listener::onComplete);
  }

  @Override
  public void onReady() {
    deliver(ServerCall.Listener::onReady);
  }
}
