package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.bulk.UserBatches;
import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.webhook.WebhookDelivery;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.Webhooks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads the states of endpoints: since when, by whom and why an endpoint is paused or failing, and
 * how many events wait. The time and the actor of a pause are those of its event. Thread-safe.
 */
final class WebhookState {
  /** The maximum number of waiting events that are counted. */
  private static final int MAX_COUNTED = 100;

  private final Webhooks webhooks;
  private final UserEvents events;
  private final UserBatches batches;

  WebhookState(UserCore core) {
    this.webhooks = core.webhooks();
    this.events = core.userEvents();
    this.batches = core.userBatches();
  }

  /** Returns the values with which templates show the state of each endpoint, in their order. */
  List<Map<String, Object>> values(StaffRequest staff, List<WebhookEndpoint> endpoints) {
    // Reading the deliveries assigns positions to the newest events, which a list needs to have.
    var waiting = endpoints.stream().map(endpoint -> waiting(staff, endpoint)).toList();
    var pauses = pauses(staff, endpoints);
    var names = UserNames.of(batches, staff.call(), pauses.values().stream().map(UserEvent::actor));
    var values = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < endpoints.size(); i++) {
      var endpoint = endpoints.get(i);
      var pause = Optional.ofNullable(pauses.get(endpoint.id().value()));
      values.add(values(staff, endpoint, waiting.get(i), pause, names));
    }
    return values;
  }

  private Page<WebhookDelivery> waiting(StaffRequest staff, WebhookEndpoint endpoint) {
    return webhooks.deliveries(
        staff.call(),
        endpoint.id(),
        Optional.of(WebhookDelivery.State.WAITING),
        new PageRequest(MAX_COUNTED, ""));
  }

  /** Returns the event of the current pause, by the id of the endpoint. */
  private Map<UUID, UserEvent> pauses(StaffRequest staff, List<WebhookEndpoint> endpoints) {
    var paused =
        endpoints.stream()
            .filter(endpoint -> endpoint.state() != WebhookEndpoint.State.ACTIVE)
            .map(endpoint -> endpoint.id().value())
            .collect(Collectors.toSet());
    if (paused.isEmpty()) {
      return Map.of();
    }
    var filter =
        new EventFilter(
            Set.of(EventType.WEBHOOK_PAUSED.code()),
            paused,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var newestFirst = events.list(staff.call(), filter, new PageRequest(PageRequest.MAX_SIZE, ""));
    return newestFirst.items().stream()
        .collect(Collectors.toMap(UserEvent::user, Function.identity(), (newer, older) -> newer));
  }

  private Map<String, Object> values(
      StaffRequest staff,
      WebhookEndpoint endpoint,
      Page<WebhookDelivery> waiting,
      Optional<UserEvent> pause,
      Map<String, String> names) {
    var values = new HashMap<String, Object>();
    values.put("state", text(endpoint.state()));
    values.put("state_badge", badge(endpoint.state()));
    values.put("is_active", endpoint.state() == WebhookEndpoint.State.ACTIVE);
    values.put("paused_at", pause.map(event -> staff.time(event.occurredAt())).orElse(""));
    boolean isByService = endpoint.state() == WebhookEndpoint.State.PAUSED_AFTER_FAILURES;
    values.put(
        "paused_by",
        pause
            .map(
                event ->
                    isByService ? "the service" : names.getOrDefault(event.actor(), event.actor()))
            .orElse(""));
    values.put("pause_reason", pause.map(UserEvent::reason).orElse(""));
    values.put("failing_since", endpoint.failingSince().map(staff::time).orElse(""));
    values.put(
        "failure",
        endpoint
            .failingSince()
            .flatMap(since -> failure(staff, endpoint, waiting.items()))
            .orElse(""));
    values.put("waiting", waiting.items().size() + (waiting.nextToken().isPresent() ? "+" : ""));
    values.put("has_waiting", !waiting.items().isEmpty());
    return values;
  }

  /** Returns the newest failure of a delivery that waits, or else of one that was given up. */
  private Optional<String> failure(
      StaffRequest staff, WebhookEndpoint endpoint, List<WebhookDelivery> waiting) {
    return waiting.stream()
        .map(WebhookDelivery::failure)
        .filter(failure -> !failure.isEmpty())
        .findFirst()
        .or(
            () ->
                webhooks
                    .deliveries(
                        staff.call(),
                        endpoint.id(),
                        Optional.of(WebhookDelivery.State.DEAD),
                        new PageRequest(1, ""))
                    .items()
                    .stream()
                    .map(WebhookDelivery::failure)
                    .findFirst())
        .map(Labels::sentence);
  }

  private static String text(WebhookEndpoint.State state) {
    return switch (state) {
      case ACTIVE -> "Active";
      case PAUSED -> "Paused";
      case PAUSED_AFTER_FAILURES -> "Paused after failures";
    };
  }

  private static String badge(WebhookEndpoint.State state) {
    return switch (state) {
      case ACTIVE -> "badge-done";
      case PAUSED -> "badge-waiting";
      case PAUSED_AFTER_FAILURES -> "badge-failed";
    };
  }
}
