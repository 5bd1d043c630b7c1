package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.webhook.WebhookAnswer;
import com.ecommerce.user.core.webhook.WebhookMessage;
import com.ecommerce.user.server.intercept.IdempotencyInterceptor;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.CreateWebhookEndpointRequest;
import com.ecommerce.user.v1.CreateWebhookEndpointResponse;
import com.ecommerce.user.v1.DeleteWebhookEndpointRequest;
import com.ecommerce.user.v1.GetWebhookEndpointRequest;
import com.ecommerce.user.v1.ListWebhookDeliveriesRequest;
import com.ecommerce.user.v1.ListWebhookDeliveriesResponse;
import com.ecommerce.user.v1.ListWebhookEndpointsRequest;
import com.ecommerce.user.v1.PauseWebhookEndpointRequest;
import com.ecommerce.user.v1.RedeliverWebhookEventsRequest;
import com.ecommerce.user.v1.ResumeWebhookEndpointRequest;
import com.ecommerce.user.v1.RotateWebhookSecretRequest;
import com.ecommerce.user.v1.UpdateWebhookEndpointRequest;
import com.ecommerce.user.v1.WebhookDeliveryState;
import com.ecommerce.user.v1.WebhookEndpoint;
import com.ecommerce.user.v1.WebhookState;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class WebhooksGrpcTest {
  private static final String URL = "https://shop.example/hooks";

  private final BlockingQueue<WebhookMessage> messages = new LinkedBlockingQueue<>();
  private TestDatabase database;
  private TestService service;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    service =
        TestService.on(
            database,
            core ->
                core.webhookTransport(
                    message -> {
                      messages.add(message);
                      return WebhookAnswer.of(200);
                    },
                    URI.create("/user-service")));
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private static CreateWebhookEndpointRequest creation(WebhookEndpoint.Builder endpoint) {
    return CreateWebhookEndpointRequest.newBuilder().setEndpoint(endpoint).build();
  }

  private CreateWebhookEndpointResponse created(String... types) {
    return service
        .events()
        .createWebhookEndpoint(
            creation(WebhookEndpoint.newBuilder().setUrl(URL).addAllTypes(List.of(types))));
  }

  private void delete(String id) {
    service
        .events()
        .deleteWebhookEndpoint(DeleteWebhookEndpointRequest.newBuilder().setEndpointId(id).build());
  }

  private WebhookEndpoint read(String id) {
    return service
        .events()
        .getWebhookEndpoint(GetWebhookEndpointRequest.newBuilder().setEndpointId(id).build())
        .getEndpoint();
  }

  /** Updates an endpoint, without a mask if there are no paths. */
  private WebhookEndpoint update(String id, WebhookEndpoint.Builder changed, String... paths) {
    var request = UpdateWebhookEndpointRequest.newBuilder().setEndpointId(id).setEndpoint(changed);
    if (paths.length > 0) {
      request.setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(paths)));
    }
    return service.events().updateWebhookEndpoint(request.build()).getEndpoint();
  }

  private void redeliver(RedeliverWebhookEventsRequest.Builder request) {
    service.events().redeliverWebhookEvents(request.build());
  }

  private ListWebhookDeliveriesResponse deliveries(String id, WebhookDeliveryState state) {
    return service
        .events()
        .listWebhookDeliveries(
            ListWebhookDeliveriesRequest.newBuilder()
                .setEndpointId(id)
                .setState(state)
                .setPagination(PaginationRequest.newBuilder().setPageSize(50))
                .build());
  }

  @Test
  void endpoint_getsEvents_andItsDeliveriesAreListedAndRepeated() throws Exception {
    var hook = created("user.created");
    String id = hook.getEndpoint().getId();
    var user = service.create("hooked@example.com");

    var message = messages.poll(30, TimeUnit.SECONDS);
    String event = message.headers().get("webhook-id");
    var delivered = WebhookDeliveryState.WEBHOOK_DELIVERY_STATE_DELIVERED;
    Await.until(() -> deliveries(id, delivered).getDeliveriesCount() > 0);
    var listed = deliveries(id, delivered);
    var delivery = listed.getDeliveries(0);
    assertEquals(event, delivery.getEventId());
    assertEquals(user.getId(), delivery.getUserId());
    assertEquals("user.created", delivery.getType());
    assertEquals(200, delivery.getStatus());
    assertEquals("", delivery.getFailure());
    assertTrue(delivery.hasFinishedAt());
    assertFalse(delivery.hasNextAttemptAt());
    assertEquals(-1, listed.getPagination().getTotalCount());

    redeliver(RedeliverWebhookEventsRequest.newBuilder().setEndpointId(id).setEventId(event));
    assertEquals(event, messages.poll(30, TimeUnit.SECONDS).headers().get("webhook-id"));
    var second = service.create("hooked2@example.com");
    assertTrue(
        new String(messages.poll(30, TimeUnit.SECONDS).body(), StandardCharsets.UTF_8)
            .contains(second.getId()));
    redeliver(
        RedeliverWebhookEventsRequest.newBuilder()
            .setEndpointId(id)
            .setPosition(delivery.getPosition()));
    assertTrue(
        new String(messages.poll(30, TimeUnit.SECONDS).body(), StandardCharsets.UTF_8)
            .contains(second.getId()));
    delete(id);
  }

  @Test
  void endpoint_isChangedPausedAndResumed() {
    var hook = created();
    String id = hook.getEndpoint().getId();
    assertTrue(hook.getSecret().matches("whsec_[A-Za-z0-9+/]{43}="), hook.getSecret());
    assertEquals(WebhookState.WEBHOOK_STATE_ACTIVE, hook.getEndpoint().getState());
    assertEquals(hook.getEndpoint(), read(id));

    var updated =
        update(
            id,
            WebhookEndpoint.newBuilder()
                .setUrl("https://other.example/")
                .setDescription("the shop"),
            "description");
    assertEquals(URL, updated.getUrl());
    assertEquals("the shop", updated.getDescription());
    var moved =
        update(
            id,
            WebhookEndpoint.newBuilder().setUrl("https://other.example/").addTypes("user.updated"));
    assertEquals("https://other.example/", moved.getUrl());
    assertEquals(List.of("user.updated"), moved.getTypesList());
    assertEquals("the shop", moved.getDescription());

    var paused =
        service
            .events()
            .pauseWebhookEndpoint(
                PauseWebhookEndpointRequest.newBuilder().setEndpointId(id).build())
            .getEndpoint();
    assertEquals(WebhookState.WEBHOOK_STATE_PAUSED, paused.getState());
    var resumed =
        service
            .events()
            .resumeWebhookEndpoint(
                ResumeWebhookEndpointRequest.newBuilder().setEndpointId(id).build())
            .getEndpoint();
    assertEquals(WebhookState.WEBHOOK_STATE_ACTIVE, resumed.getState());
    var rotated =
        service
            .events()
            .rotateWebhookSecret(RotateWebhookSecretRequest.newBuilder().setEndpointId(id).build());
    assertNotEquals(hook.getSecret(), rotated.getSecret());
    assertEquals(
        24 * 3_600,
        rotated.getEndpoint().getPreviousSecretUntil().getSeconds()
            - rotated.getEndpoint().getSecretChangedAt().getSeconds());
    var all =
        service.events().listWebhookEndpoints(ListWebhookEndpointsRequest.getDefaultInstance());
    assertTrue(all.getEndpointsList().contains(read(id)));
    delete(id);
    Failure.of(() -> read(id)).assertIs(Code.NOT_FOUND, "WEBHOOK_NOT_FOUND");
  }

  @Test
  void repeatedCreation_hasOneEffectAndTheSameSecret_whichIsNotStoredWithTheKey() {
    var key = new Metadata();
    key.put(IdempotencyInterceptor.KEY, "a-hook");
    var events = service.events().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(key));
    var request = creation(WebhookEndpoint.newBuilder().setUrl(URL));

    var first = events.createWebhookEndpoint(request);
    var again = events.createWebhookEndpoint(request);

    assertEquals(first, again);
    var rows =
        database.query(
            "select k::text as row from idempotency_keys k where object_id = ?",
            UUID.fromString(first.getEndpoint().getId()));
    assertEquals(1, rows.size());
    assertFalse(rows.toString().contains(first.getSecret().substring(6)));
    delete(first.getEndpoint().getId());
  }

  @Test
  void repeatedRotation_hasOneEffectAndTheSameSecret() {
    String id = created().getEndpoint().getId();
    var key = new Metadata();
    key.put(IdempotencyInterceptor.KEY, "a-rotation");
    var events = service.events().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(key));
    var request = RotateWebhookSecretRequest.newBuilder().setEndpointId(id).build();

    var first = events.rotateWebhookSecret(request);
    var again = events.rotateWebhookSecret(request);

    assertEquals(first, again);
    assertEquals(first.getEndpoint(), read(id));
    delete(id);
  }

  @Test
  void invalidRequests_nameTheirFields() {
    var hook = created();
    String id = hook.getEndpoint().getId();
    assertInvalid(
        () ->
            service
                .events()
                .createWebhookEndpoint(
                    creation(
                        WebhookEndpoint.newBuilder()
                            .setUrl("https://user:pass@shop.example")
                            .addTypes("webhook.created")
                            .setDescription("x".repeat(151)))),
        "endpoint.url INVALID_URL",
        "endpoint.types UNSUPPORTED",
        "endpoint.description TOO_LONG");
    assertInvalid(
        () ->
            service
                .events()
                .createWebhookEndpoint(CreateWebhookEndpointRequest.getDefaultInstance()),
        "endpoint.url REQUIRED");
    assertInvalid(
        () ->
            service
                .events()
                .updateWebhookEndpoint(
                    UpdateWebhookEndpointRequest.newBuilder()
                        .setEndpointId("7")
                        .setUpdateMask(FieldMask.newBuilder().addPaths("state").addPaths("url"))
                        .build()),
        "endpoint_id INVALID_UUID",
        "update_mask UNKNOWN_PATH",
        "endpoint.url REQUIRED");
    assertInvalid(
        () ->
            service
                .events()
                .rotateWebhookSecret(
                    RotateWebhookSecretRequest.newBuilder()
                        .setEndpointId(id)
                        .setOverlap(Duration.newBuilder().setSeconds(8 * 86_400))
                        .build()),
        "overlap OUT_OF_RANGE");
    assertInvalid(
        () -> redeliver(RedeliverWebhookEventsRequest.newBuilder().setEndpointId(id)),
        "event_id REQUIRED");
    Failure.of(
            () ->
                redeliver(
                    RedeliverWebhookEventsRequest.newBuilder().setEndpointId(id).setEventId(id)))
        .assertIs(Code.NOT_FOUND, "WEBHOOK_DELIVERY_NOT_FOUND");
    Failure.of(
            () ->
                redeliver(
                    RedeliverWebhookEventsRequest.newBuilder()
                        .setEndpointId(id)
                        .setPosition("00000007-1")))
        .assertIs(Code.OUT_OF_RANGE, "POSITION_OUT_OF_RANGE");
    delete(id);
  }
}
