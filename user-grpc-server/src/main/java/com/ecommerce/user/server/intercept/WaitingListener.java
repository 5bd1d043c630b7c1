package com.ecommerce.user.server.intercept;

import io.grpc.ServerCall;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Keeps what happens to a call until there is somebody to tell, in order. Thread-safe.
 *
 * @param <Q> the request
 */
final class WaitingListener<Q> extends ServerCall.Listener<Q> {
  private final Queue<Consumer<ServerCall.Listener<Q>>> waiting = new ArrayDeque<>();
  private ServerCall.Listener<Q> listener;

  /** Tells the listener what happened, and from then on what happens. */
  void begin(ServerCall.Listener<Q> started) {
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
