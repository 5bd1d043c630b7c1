package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookSettings;
import com.ecommerce.user.core.webhook.Webhooks;
import com.ecommerce.user.rest.console.StaffRequest.Place;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The list of the webhook endpoints, and the page of each of them, for admins. */
final class WebhookPages {
  static final String LIST = ConsoleRoutes.HOME + "/webhooks";

  private static final String ID = "webhook_id";

  /** The path of an endpoint. */
  static final String PATH = LIST + "/{" + ID + "}";

  /** The number of types that the list names. */
  private static final int NAMED_TYPES = 3;

  private final Webhooks webhooks;
  private final WebhookState state;
  private final ConsolePages console;
  private final Clock clock;

  /**
   * @param clock determines whether a previous secret is still valid
   */
  WebhookPages(UserCore core, ConsolePages console, Clock clock) {
    this.webhooks = core.webhooks();
    this.state = new WebhookState(core);
    this.console = console;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    routes
        .onSessionPage(
            "GET",
            LIST,
            Operation.LIST_WEBHOOK_ENDPOINTS,
            request -> console.show(request, this::list))
        .onSessionPage(
            "GET",
            PATH,
            Operation.GET_WEBHOOK_ENDPOINT,
            request -> console.show(request, staff -> endpoint(staff, 200, "")));
  }

  /** Returns the id in the path. */
  static WebhookId id(StaffRequest staff) {
    return staff.request().id(ID, WebhookId::parse);
  }

  /** Returns the path of the page of an endpoint. */
  static String path(WebhookId id) {
    return LIST + "/" + id;
  }

  private ApiResponse list(StaffRequest staff) {
    var all = webhooks.list(staff.call());
    var states = state.values(staff, all);
    var values = staff.values();
    for (int i = 0; i < all.size(); i++) {
      states.get(i).putAll(settings(all.get(i)));
    }
    values.put("endpoints", states);
    values.put("is_empty", all.isEmpty());
    values.put("may_add", all.size() < Webhooks.MAX_ENDPOINTS);
    values.put("most", Webhooks.MAX_ENDPOINTS);
    return staff.page(200, Place.WEBHOOKS, "Webhooks", "webhooks", values);
  }

  private static Map<String, Object> settings(WebhookEndpoint endpoint) {
    var settings = endpoint.settings();
    var types = settings.types().stream().sorted().toList();
    var values = new HashMap<String, Object>();
    values.put("id", endpoint.id().toString());
    values.put("name", name(settings));
    values.put("host", settings.url().getHost());
    values.put("url", settings.url().toString());
    values.put("is_plaintext", settings.isPlaintext());
    values.put("description", settings.description());
    values.put("types", types);
    values.put("has_types", !types.isEmpty());
    values.put("first_types", types.subList(0, Math.min(types.size(), NAMED_TYPES)));
    int others = types.size() - NAMED_TYPES;
    values.put("other_types", others > 0 ? Integer.toString(others) : "");
    return values;
  }

  /** Returns the name of an endpoint: the description, or else the host. */
  static String name(WebhookSettings settings) {
    return settings.description().isEmpty() ? settings.url().getHost() : settings.description();
  }

  /** The tabs of the pages of an endpoint. */
  enum Tab {
    ENDPOINT,
    DELIVERIES
  }

  /** Returns a new map with the values that all pages of an endpoint have. */
  Map<String, Object> values(StaffRequest staff, WebhookEndpoint endpoint, Tab tab) {
    var values = staff.values();
    values.putAll(settings(endpoint));
    values.putAll(state.values(staff, List.of(endpoint)).get(0));
    for (Tab each : Tab.values()) {
      values.put("at_" + Labels.lower(each), each == tab);
    }
    return values;
  }

  /** Returns the page of the endpoint that the path names. */
  ApiResponse endpoint(StaffRequest staff, int status, String problem) {
    var endpoint = webhooks.get(staff.call(), id(staff));
    return endpoint(staff, status, endpoint, "", problem);
  }

  /** Returns the page of an endpoint that has a new secret, which is shown this time only. */
  ApiResponse withSecret(StaffRequest staff, Webhooks.WithSecret created) {
    return endpoint(staff, 200, created.endpoint(), created.secret(), "");
  }

  private ApiResponse endpoint(
      StaffRequest staff, int status, WebhookEndpoint endpoint, String secret, String problem) {
    var values = values(staff, endpoint, Tab.ENDPOINT);
    values.put("problem", problem);
    values.put("secret", secret);
    values.put("created", staff.time(endpoint.createdAt()));
    values.put("changed", staff.time(endpoint.updatedAt()));
    values.put("secret_changed", endpoint.secretChangedAt().map(staff::time).orElse(""));
    values.put("secret_changed_at", endpoint.secretChangedAt().map(Instant::toString).orElse(""));
    values.put(
        "previous_until",
        endpoint
            .previousSecretUntil()
            .filter(clock.instant()::isBefore)
            .map(staff::time)
            .orElse(""));
    values.put("key", console.newKey());
    return staff.page(status, Place.WEBHOOKS, (String) values.get("name"), "webhook", values);
  }
}
