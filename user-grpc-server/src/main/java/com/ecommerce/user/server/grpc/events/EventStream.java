package com.ecommerce.user.server.grpc.events;

import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventReceiver;
import com.ecommerce.user.core.event.EventWatch;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.server.grpc.CallContext;
import com.ecommerce.user.v1.WatchEventsResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * One call of WatchEvents. While it lasts, the credentials and the right of its caller are checked
 * again every 15 seconds.
 */
final class EventStream implements EventReceiver {
  private final ServerCallStreamObserver<WatchEventsResponse> client;
  private final Supplier<CompletionStage<Caller>> authentication;
  private final boolean checksRights;

  /** Null until the call has begun. */
  private volatile EventWatch watch;

  private EventStream(
      ServerCallStreamObserver<WatchEventsResponse> client,
      Supplier<CompletionStage<Caller>> authentication,
      boolean checksRights) {
    this.client = client;
    this.authentication = authentication;
    this.checksRights = checksRights;
  }

  /**
   * Begins a call. Must be called before its handler returns.
   *
   * @param ended is run once, when the call has ended
   * @param checksRights whether the interceptors check the rights of callers
   */
  static void begin(
      UserEvents events,
      UserEventProtos.Watching watching,
      StreamObserver<WatchEventsResponse> observer,
      Runnable ended,
      boolean checksRights) {
    var client = (ServerCallStreamObserver<WatchEventsResponse>) observer;
    var stream = new EventStream(client, CallContext.AUTHENTICATION.get(), checksRights);
    var watch = events.watch(watching.start(), watching.filter(), stream);
    stream.watch = watch;
    client.setOnReadyHandler(watch::signal);
    // gRPC calls exactly one of these two handlers.
    client.setOnCancelHandler(() -> end(watch, ended));
    client.setOnCloseHandler(() -> end(watch, ended));
  }

  private static void end(EventWatch watch, Runnable ended) {
    watch.close();
    ended.run();
  }

  @Override
  public boolean isReady() {
    return client.isReady();
  }

  @Override
  public void onEvent(UserEvent event) {
    send(
        WatchEventsResponse.newBuilder()
            .setPosition(event.position().toString())
            .setEvent(UserEventProtos.event(event)));
  }

  @Override
  public void onPosition(EventPosition position) {
    send(WatchEventsResponse.newBuilder().setPosition(position.toString()));
  }

  private void send(WatchEventsResponse.Builder response) {
    client.onNext(response.build());
  }

  @Override
  public void onCheck() {
    authentication.get().thenAccept(this::requireRight).whenComplete(this::endIfRefused);
  }

  private void requireRight(Caller caller) {
    if (checksRights) {
      Access.require(caller, Operation.WATCH_EVENTS, Optional.empty());
    }
  }

  /** Ends the watch, unless the credentials could not be checked because of an outage. */
  private void endIfRefused(Void allowed, Throwable failure) {
    if (failure != null && Stages.expected(failure).kind() != ErrorKind.UNAVAILABLE) {
      watch.fail(Stages.expected(failure));
    }
  }

  @Override
  public void onFailure(Throwable failure) {
    client.onError(failure);
  }
}
