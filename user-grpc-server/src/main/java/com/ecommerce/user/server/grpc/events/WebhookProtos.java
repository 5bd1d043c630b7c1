package com.ecommerce.user.server.grpc.events;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.value.Uuids;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookPatch;
import com.ecommerce.user.core.webhook.WebhookSettings;
import com.ecommerce.user.core.webhook.Webhooks;
import com.ecommerce.user.server.grpc.CommonProtos;
import com.ecommerce.user.v1.CreateWebhookEndpointRequest;
import com.ecommerce.user.v1.ListWebhookDeliveriesRequest;
import com.ecommerce.user.v1.ListWebhookDeliveriesResponse;
import com.ecommerce.user.v1.RedeliverWebhookEventsRequest;
import com.ecommerce.user.v1.RotateWebhookSecretRequest;
import com.ecommerce.user.v1.UpdateWebhookEndpointRequest;
import com.ecommerce.user.v1.WebhookDelivery;
import com.ecommerce.user.v1.WebhookDeliveryState;
import com.ecommerce.user.v1.WebhookEndpoint;
import com.ecommerce.user.v1.WebhookState;
import com.google.protobuf.FieldMask;
import com.google.protobuf.util.Durations;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Converts between the webhook messages of {@code user.v1} and types of the core. */
public final class WebhookProtos {
  private static final String URL = "url";
  private static final String TYPES = "types";
  private static final String DESCRIPTION = "description";
  private static final String EVERYTHING = "*";

  private WebhookProtos() {}

  /** Returns the id in a request. */
  static WebhookId id(String raw) {
    return Violations.parsed("endpoint_id", raw, WebhookId::parse);
  }

  /** Returns the settings of a new endpoint. */
  public static WebhookSettings settings(CreateWebhookEndpointRequest request) {
    return Violations.parsed(
        violations -> {
          var fields = violations.named("endpoint."::concat);
          var endpoint = request.getEndpoint();
          var url = fields.parse(URL, endpoint.getUrl(), WebhookSettings::parseUrl);
          var types = types(fields, endpoint.getTypesList());
          var description =
              fields.parse(
                  DESCRIPTION, endpoint.getDescription(), WebhookSettings::parseDescription);
          return violations.isEmpty() ? new WebhookSettings(url, types, description) : null;
        });
  }

  private static Set<String> types(Violations violations, List<String> names) {
    Set<String> types = new HashSet<>();
    names.forEach(name -> violations.parse(TYPES, name, WebhookSettings::parseType, types::add));
    return types;
  }

  /** An endpoint to change, and the changes. */
  public record Update(WebhookId id, WebhookPatch patch) {}

  /** Returns the update that the request asks for. */
  public static Update update(UpdateWebhookEndpointRequest request) {
    var violations = new Violations();
    var id = violations.parse("endpoint_id", request.getEndpointId(), WebhookId::parse);
    var fields = violations.named("endpoint."::concat);
    var endpoint = request.getEndpoint();
    var selected = selected(violations, request.getUpdateMask(), endpoint);
    Optional<URI> url =
        selected.contains(URL)
            ? Optional.ofNullable(fields.parse(URL, endpoint.getUrl(), WebhookSettings::parseUrl))
            : Optional.empty();
    Optional<Set<String>> types =
        selected.contains(TYPES)
            ? Optional.of(types(fields, endpoint.getTypesList()))
            : Optional.empty();
    Optional<String> description =
        selected.contains(DESCRIPTION)
            ? Optional.ofNullable(
                fields.parse(
                    DESCRIPTION, endpoint.getDescription(), WebhookSettings::parseDescription))
            : Optional.empty();
    violations.throwIfAny();
    return new Update(id, new WebhookPatch(url, types, description));
  }

  /** Returns the fields to write: those that the mask names, or those that are present. */
  private static Set<String> selected(
      Violations violations, FieldMask mask, WebhookEndpoint endpoint) {
    var all = List.of(URL, TYPES, DESCRIPTION);
    Set<String> selected = new HashSet<>();
    if (mask.getPathsCount() == 0) {
      var present = endpoint.getAllFields().keySet();
      present.forEach(field -> selected.add(field.getName()));
      selected.retainAll(all);
      return selected;
    }
    for (String path : mask.getPathsList()) {
      if (path.equals(EVERYTHING)) {
        selected.addAll(all);
      } else if (all.contains(path)) {
        selected.add(path);
      } else {
        violations.add(
            "update_mask",
            "UNKNOWN_PATH",
            "unknown or output-only (expected: one of " + String.join(", ", all) + ")");
      }
    }
    return selected;
  }

  /** Returns the time for which the previous secret still signs. */
  public static Duration overlap(RotateWebhookSecretRequest request) {
    if (!request.hasOverlap()) {
      return Webhooks.DEFAULT_OVERLAP;
    }
    return Violations.parsed(
        "overlap",
        request.getOverlap(),
        overlap -> {
          if (!Durations.isValid(overlap)) {
            throw new InvalidValueException(
                "INVALID_DURATION", "out of range (expected: a google.protobuf.Duration)");
          }
          return Duration.ofSeconds(overlap.getSeconds(), overlap.getNanos());
        });
  }

  /**
   * The events to send again.
   *
   * @param event a single event; empty if there is a position
   */
  public record Redelivery(WebhookId id, Optional<UUID> event, Optional<EventPosition> position) {}

  /** Returns the events that the request names. */
  public static Redelivery redelivery(RedeliverWebhookEventsRequest request) {
    var violations = new Violations();
    var id = violations.parse("endpoint_id", request.getEndpointId(), WebhookId::parse);
    Optional<UUID> event = Optional.empty();
    Optional<EventPosition> position = Optional.empty();
    if (request.getEventId().isEmpty() == request.getPosition().isEmpty()) {
      violations.add("event_id", "REQUIRED", "expected: either event_id or position");
    } else if (request.getPosition().isEmpty()) {
      event = Optional.ofNullable(violations.parse("event_id", request.getEventId(), Uuids::parse));
    } else {
      position =
          Optional.ofNullable(
              violations.parse("position", request.getPosition(), EventPosition::parse));
    }
    violations.throwIfAny();
    return new Redelivery(id, event, position);
  }

  /** The deliveries to list. */
  public record Listing(
      WebhookId id,
      Optional<com.ecommerce.user.core.webhook.WebhookDelivery.State> state,
      PageRequest page) {}

  /** Returns the listing that the request asks for. */
  public static Listing listing(ListWebhookDeliveriesRequest request) {
    var violations = new Violations();
    var id = violations.parse("endpoint_id", request.getEndpointId(), WebhookId::parse);
    var state = violations.parse("state", request.getState(), WebhookProtos::state);
    var page = CommonProtos.page(violations, request.getPagination());
    violations.throwIfAny();
    return new Listing(id, state, page);
  }

  private static Optional<com.ecommerce.user.core.webhook.WebhookDelivery.State> state(
      WebhookDeliveryState state) {
    return switch (state) {
      case WEBHOOK_DELIVERY_STATE_UNSPECIFIED -> Optional.empty();
      case WEBHOOK_DELIVERY_STATE_WAITING ->
          Optional.of(com.ecommerce.user.core.webhook.WebhookDelivery.State.WAITING);
      case WEBHOOK_DELIVERY_STATE_DELIVERED ->
          Optional.of(com.ecommerce.user.core.webhook.WebhookDelivery.State.DELIVERED);
      case WEBHOOK_DELIVERY_STATE_DEAD ->
          Optional.of(com.ecommerce.user.core.webhook.WebhookDelivery.State.DEAD);
      case UNRECOGNIZED ->
          throw new InvalidValueException(
              "UNKNOWN_VALUE", "unknown (expected: a WebhookDeliveryState)");
    };
  }

  static WebhookEndpoint endpoint(com.ecommerce.user.core.webhook.WebhookEndpoint endpoint) {
    var message =
        WebhookEndpoint.newBuilder()
            .setId(endpoint.id().toString())
            .setUrl(endpoint.settings().url().toString())
            .addAllTypes(endpoint.settings().types().stream().sorted().toList())
            .setDescription(endpoint.settings().description())
            .setState(state(endpoint.state()))
            .setCreatedAt(CommonProtos.timestamp(endpoint.createdAt()))
            .setUpdatedAt(CommonProtos.timestamp(endpoint.updatedAt()));
    endpoint.failingSince().map(CommonProtos::timestamp).ifPresent(message::setFailingSince);
    endpoint.secretChangedAt().map(CommonProtos::timestamp).ifPresent(message::setSecretChangedAt);
    endpoint
        .previousSecretUntil()
        .map(CommonProtos::timestamp)
        .ifPresent(message::setPreviousSecretUntil);
    return message.build();
  }

  private static WebhookState state(com.ecommerce.user.core.webhook.WebhookEndpoint.State state) {
    return switch (state) {
      case ACTIVE -> WebhookState.WEBHOOK_STATE_ACTIVE;
      case PAUSED -> WebhookState.WEBHOOK_STATE_PAUSED;
      case PAUSED_AFTER_FAILURES -> WebhookState.WEBHOOK_STATE_PAUSED_AFTER_FAILURES;
    };
  }

  static ListWebhookDeliveriesResponse page(
      Page<com.ecommerce.user.core.webhook.WebhookDelivery> page) {
    var response =
        ListWebhookDeliveriesResponse.newBuilder().setPagination(CommonProtos.page(page));
    page.items().forEach(delivery -> response.addDeliveries(delivery(delivery)));
    return response.build();
  }

  private static WebhookDelivery delivery(
      com.ecommerce.user.core.webhook.WebhookDelivery delivery) {
    var message =
        WebhookDelivery.newBuilder()
            .setEventId(delivery.event().toString())
            .setPosition(delivery.position().toString())
            .setType(delivery.type())
            .setUserId(delivery.user().toString())
            .setState(state(delivery.state()))
            .setAttempts(delivery.attempts())
            .setStatus(delivery.status().orElse(0))
            .setFailure(delivery.failure())
            .setCreatedAt(CommonProtos.timestamp(delivery.createdAt()));
    delivery.nextAttemptAt().map(CommonProtos::timestamp).ifPresent(message::setNextAttemptAt);
    delivery.finishedAt().map(CommonProtos::timestamp).ifPresent(message::setFinishedAt);
    return message.build();
  }

  private static WebhookDeliveryState state(
      com.ecommerce.user.core.webhook.WebhookDelivery.State state) {
    return switch (state) {
      case WAITING -> WebhookDeliveryState.WEBHOOK_DELIVERY_STATE_WAITING;
      case DELIVERED -> WebhookDeliveryState.WEBHOOK_DELIVERY_STATE_DELIVERED;
      case DEAD -> WebhookDeliveryState.WEBHOOK_DELIVERY_STATE_DEAD;
    };
  }
}
