package com.ecommerce.user.server.grpc.events;

import static com.ecommerce.user.server.grpc.CallContext.call;
import static com.ecommerce.user.server.grpc.Replies.reply;

import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.v1.ListEventsRequest;
import com.ecommerce.user.v1.ListEventsResponse;
import com.ecommerce.user.v1.UserEventServiceGrpc;
import com.ecommerce.user.v1.WatchEventsRequest;
import com.ecommerce.user.v1.WatchEventsResponse;
import io.grpc.stub.StreamObserver;

/** Implements {@code user.v1.UserEventService}. Thread-safe. */
public final class UserEventGrpcService extends UserEventServiceGrpc.UserEventServiceImplBase {
  private final UserEvents events;
  private final boolean checksRights;

  /**
   * @param checksRights whether the interceptors check the rights of callers
   */
  public UserEventGrpcService(UserEvents events, boolean checksRights) {
    this.events = events;
    this.checksRights = checksRights;
  }

  @Override
  public void listEvents(ListEventsRequest request, StreamObserver<ListEventsResponse> observer) {
    var listing = UserEventProtos.listing(request);
    reply(observer, UserEventProtos.page(events.list(call(), listing.filter(), listing.page())));
  }

  @Override
  public void watchEvents(
      WatchEventsRequest request, StreamObserver<WatchEventsResponse> observer) {
    EventStream.begin(events, UserEventProtos.watching(request), observer, checksRights);
  }
}
