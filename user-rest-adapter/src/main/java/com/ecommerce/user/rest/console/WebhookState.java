package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.bulk.UserBatches;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.WebhookStatus;
import com.ecommerce.user.core.webhook.Webhooks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the states of endpoints: since when, by whom and why an endpoint is paused or failing, and
 * how many events wait. Thread-safe.
 */
final class WebhookState {
  private static final WebhookStatus DELETED_MEANWHILE =
      new WebhookStatus(0, Optional.empty(), Optional.empty());

  private final Webhooks webhooks;
  private final UserBatches batches;

  WebhookState(UserCore core) {
    this.webhooks = core.webhooks();
    this.batches = core.userBatches();
  }

  /** Returns the values with which templates show the state of each endpoint, in their order. */
  List<Map<String, Object>> values(StaffRequest staff, List<WebhookEndpoint> endpoints) {
    var ids = endpoints.stream().map(WebhookEndpoint::id).toList();
    var statuses = webhooks.statuses(staff.call(), ids);
    var actors =
        statuses.values().stream()
            .flatMap(status -> status.pause().stream())
            .map(WebhookStatus.Pause::actor);
    var names = UserNames.of(batches, staff.call(), actors);
    return endpoints.stream()
        .map(
            endpoint ->
                values(
                    staff,
                    endpoint,
                    statuses.getOrDefault(endpoint.id(), DELETED_MEANWHILE),
                    names))
        .toList();
  }

  private static Map<String, Object> values(
      StaffRequest staff,
      WebhookEndpoint endpoint,
      WebhookStatus status,
      Map<String, String> names) {
    var pause = status.pause();
    boolean isByService = endpoint.state() == WebhookEndpoint.State.PAUSED_AFTER_FAILURES;
    int waiting = status.waiting();
    var values = new HashMap<String, Object>();
    values.put("state", text(endpoint.state()));
    values.put("state_badge", badge(endpoint.state()));
    values.put("is_active", endpoint.state() == WebhookEndpoint.State.ACTIVE);
    values.put("paused_at", pause.map(begin -> staff.time(begin.at())).orElse(""));
    values.put(
        "paused_by",
        pause
            .map(WebhookStatus.Pause::actor)
            .map(actor -> isByService ? "the service" : names.getOrDefault(actor, actor))
            .orElse(""));
    values.put("pause_reason", pause.map(WebhookStatus.Pause::reason).orElse(""));
    values.put("failing_since", endpoint.failingSince().map(staff::time).orElse(""));
    values.put("failure", status.failure().map(Labels::sentence).orElse(""));
    values.put(
        "waiting",
        waiting > WebhookStatus.MAX_COUNTED
            ? WebhookStatus.MAX_COUNTED + "+"
            : Integer.toString(waiting));
    values.put("has_waiting", waiting > 0);
    return values;
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
