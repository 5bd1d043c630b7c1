package com.ecommerce.user.server.grpc.events;

import static com.ecommerce.user.server.grpc.CallContext.call;
import static com.ecommerce.user.server.grpc.Replies.reply;

import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.core.webhook.Webhooks;
import com.ecommerce.user.v1.CreateWebhookEndpointRequest;
import com.ecommerce.user.v1.CreateWebhookEndpointResponse;
import com.ecommerce.user.v1.DeleteWebhookEndpointRequest;
import com.ecommerce.user.v1.GetWebhookEndpointRequest;
import com.ecommerce.user.v1.GetWebhookEndpointResponse;
import com.ecommerce.user.v1.ListEventsRequest;
import com.ecommerce.user.v1.ListEventsResponse;
import com.ecommerce.user.v1.ListWebhookDeliveriesRequest;
import com.ecommerce.user.v1.ListWebhookDeliveriesResponse;
import com.ecommerce.user.v1.ListWebhookEndpointsRequest;
import com.ecommerce.user.v1.ListWebhookEndpointsResponse;
import com.ecommerce.user.v1.PauseWebhookEndpointRequest;
import com.ecommerce.user.v1.PauseWebhookEndpointResponse;
import com.ecommerce.user.v1.RedeliverWebhookEventsRequest;
import com.ecommerce.user.v1.ResumeWebhookEndpointRequest;
import com.ecommerce.user.v1.ResumeWebhookEndpointResponse;
import com.ecommerce.user.v1.RotateWebhookSecretRequest;
import com.ecommerce.user.v1.RotateWebhookSecretResponse;
import com.ecommerce.user.v1.UpdateWebhookEndpointRequest;
import com.ecommerce.user.v1.UpdateWebhookEndpointResponse;
import com.ecommerce.user.v1.UserEventServiceGrpc;
import com.ecommerce.user.v1.WatchEventsRequest;
import com.ecommerce.user.v1.WatchEventsResponse;
import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;

/** Implements {@code user.v1.UserEventService}. Thread-safe. */
public final class UserEventGrpcService extends UserEventServiceGrpc.UserEventServiceImplBase {
  private final UserEvents events;
  private final Webhooks webhooks;
  private final boolean checksRights;
  private final StreamLimits limits = new StreamLimits();

  /**
   * @param checksRights whether the interceptors check the rights of callers
   */
  public UserEventGrpcService(UserEvents events, Webhooks webhooks, boolean checksRights) {
    this.events = events;
    this.webhooks = webhooks;
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
    var watching = UserEventProtos.watching(request);
    EventStream.begin(events, watching, observer, limits.begin(call()), checksRights);
  }

  @Override
  public void createWebhookEndpoint(
      CreateWebhookEndpointRequest request,
      StreamObserver<CreateWebhookEndpointResponse> observer) {
    var created = webhooks.create(call(), WebhookProtos.settings(request));
    reply(
        observer,
        CreateWebhookEndpointResponse.newBuilder()
            .setEndpoint(WebhookProtos.endpoint(created.endpoint()))
            .setSecret(created.secret())
            .build());
  }

  @Override
  public void getWebhookEndpoint(
      GetWebhookEndpointRequest request, StreamObserver<GetWebhookEndpointResponse> observer) {
    var found = webhooks.get(call(), WebhookProtos.id(request.getEndpointId()));
    reply(
        observer,
        GetWebhookEndpointResponse.newBuilder().setEndpoint(WebhookProtos.endpoint(found)).build());
  }

  @Override
  public void listWebhookEndpoints(
      ListWebhookEndpointsRequest request, StreamObserver<ListWebhookEndpointsResponse> observer) {
    var all = webhooks.list(call()).stream().map(WebhookProtos::endpoint).toList();
    reply(observer, ListWebhookEndpointsResponse.newBuilder().addAllEndpoints(all).build());
  }

  @Override
  public void updateWebhookEndpoint(
      UpdateWebhookEndpointRequest request,
      StreamObserver<UpdateWebhookEndpointResponse> observer) {
    var update = WebhookProtos.update(request);
    var updated = webhooks.update(call(), update.id(), update.patch());
    reply(
        observer,
        UpdateWebhookEndpointResponse.newBuilder()
            .setEndpoint(WebhookProtos.endpoint(updated))
            .build());
  }

  @Override
  public void deleteWebhookEndpoint(
      DeleteWebhookEndpointRequest request, StreamObserver<Empty> observer) {
    webhooks.delete(call(), WebhookProtos.id(request.getEndpointId()));
    reply(observer, Empty.getDefaultInstance());
  }

  @Override
  public void rotateWebhookSecret(
      RotateWebhookSecretRequest request, StreamObserver<RotateWebhookSecretResponse> observer) {
    var id = WebhookProtos.id(request.getEndpointId());
    var rotated = webhooks.rotateSecret(call(), id, WebhookProtos.overlap(request));
    reply(
        observer,
        RotateWebhookSecretResponse.newBuilder()
            .setEndpoint(WebhookProtos.endpoint(rotated.endpoint()))
            .setSecret(rotated.secret())
            .build());
  }

  @Override
  public void pauseWebhookEndpoint(
      PauseWebhookEndpointRequest request, StreamObserver<PauseWebhookEndpointResponse> observer) {
    var paused = webhooks.pause(call(), WebhookProtos.id(request.getEndpointId()));
    reply(
        observer,
        PauseWebhookEndpointResponse.newBuilder()
            .setEndpoint(WebhookProtos.endpoint(paused))
            .build());
  }

  @Override
  public void resumeWebhookEndpoint(
      ResumeWebhookEndpointRequest request,
      StreamObserver<ResumeWebhookEndpointResponse> observer) {
    var resumed = webhooks.resume(call(), WebhookProtos.id(request.getEndpointId()));
    reply(
        observer,
        ResumeWebhookEndpointResponse.newBuilder()
            .setEndpoint(WebhookProtos.endpoint(resumed))
            .build());
  }

  @Override
  public void redeliverWebhookEvents(
      RedeliverWebhookEventsRequest request, StreamObserver<Empty> observer) {
    var wanted = WebhookProtos.redelivery(request);
    wanted
        .event()
        .ifPresentOrElse(
            event -> webhooks.redeliver(call(), wanted.id(), event),
            () -> webhooks.redeliverAfter(call(), wanted.id(), wanted.position().orElseThrow()));
    reply(observer, Empty.getDefaultInstance());
  }

  @Override
  public void listWebhookDeliveries(
      ListWebhookDeliveriesRequest request,
      StreamObserver<ListWebhookDeliveriesResponse> observer) {
    var listing = WebhookProtos.listing(request);
    var page = webhooks.deliveries(call(), listing.id(), listing.state(), listing.page());
    reply(observer, WebhookProtos.page(page));
  }
}
