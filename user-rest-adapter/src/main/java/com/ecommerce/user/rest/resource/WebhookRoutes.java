package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.value.Uuids;
import com.ecommerce.user.core.webhook.WebhookDelivery;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookPatch;
import com.ecommerce.user.core.webhook.WebhookSettings;
import com.ecommerce.user.core.webhook.Webhooks;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.json.FieldNames;
import com.ecommerce.user.rest.json.JsonFields;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The routes of webhook endpoints. */
public final class WebhookRoutes {
  private static final String WEBHOOKS = "/api/webhooks";
  private static final String ID = "webhook_id";
  private static final String WEBHOOK = WEBHOOKS + "/{" + ID + "}";
  private static final String URL = "url";
  private static final String TYPES = "types";
  private static final String DESCRIPTION = "description";
  private static final String OVERLAP_HOURS = "overlap_hours";
  private static final String EVENT_ID = "event_id";
  private static final String POSITION = "position";
  private static final String STATE = "state";

  private final Webhooks webhooks;
  private final Optional<String> publicUrl;

  public WebhookRoutes(Webhooks webhooks, Optional<String> publicUrl) {
    this.webhooks = webhooks;
    this.publicUrl = publicUrl;
  }

  public void addTo(Routes routes) {
    routes
        .on("GET", WEBHOOKS, Operation.LIST_WEBHOOK_ENDPOINTS, this::list)
        .on("POST", WEBHOOKS, Operation.CREATE_WEBHOOK_ENDPOINT, this::create)
        .on("GET", WEBHOOK, Operation.GET_WEBHOOK_ENDPOINT, this::get)
        .on("PATCH", WEBHOOK, Operation.UPDATE_WEBHOOK_ENDPOINT, this::update)
        .on("DELETE", WEBHOOK, Operation.DELETE_WEBHOOK_ENDPOINT, this::delete)
        .on("POST", WEBHOOK + "/secret", Operation.ROTATE_WEBHOOK_SECRET, this::rotateSecret)
        .on("POST", WEBHOOK + "/pause", Operation.PAUSE_WEBHOOK_ENDPOINT, this::pause)
        .on("POST", WEBHOOK + "/resume", Operation.RESUME_WEBHOOK_ENDPOINT, this::resume)
        .on("POST", WEBHOOK + "/redeliver", Operation.REDELIVER_WEBHOOK_EVENTS, this::redeliver)
        .on("GET", WEBHOOK + "/deliveries", Operation.LIST_WEBHOOK_DELIVERIES, this::deliveries)
        .withParameters(STATE, Pages.SIZE, Pages.CURSOR);
  }

  /** The JSON form of an endpoint. */
  private record WebhookJson(
      String id,
      String url,
      List<String> types,
      String description,
      String state,
      Optional<Instant> failingSince,
      Optional<Instant> secretChangedAt,
      Optional<Instant> previousSecretUntil,
      Instant createdAt,
      Instant updatedAt) {
    static WebhookJson of(WebhookEndpoint endpoint) {
      return new WebhookJson(
          endpoint.id().toString(),
          endpoint.settings().url().toString(),
          endpoint.settings().types().stream().sorted().toList(),
          endpoint.settings().description(),
          NameParser.lower(endpoint.state()),
          endpoint.failingSince(),
          endpoint.secretChangedAt(),
          endpoint.previousSecretUntil(),
          endpoint.createdAt(),
          endpoint.updatedAt());
    }
  }

  private record WebhookListJson(List<WebhookJson> results) {}

  /** An endpoint with its new secret. {@link #toString} masks the secret. */
  private record WithSecretJson(WebhookJson webhook, String secret) {
    static WithSecretJson of(Webhooks.WithSecret created) {
      return new WithSecretJson(WebhookJson.of(created.endpoint()), created.secret());
    }

    @Override
    public String toString() {
      return "WithSecretJson[" + webhook.id() + ", masked]";
    }
  }

  /**
   * The JSON form of a delivery.
   *
   * @param status null if there was no answer
   */
  private record DeliveryJson(
      String eventId,
      String position,
      String type,
      String userId,
      String state,
      int attempts,
      Optional<Integer> status,
      String failure,
      Instant createdAt,
      Optional<Instant> nextAttemptAt,
      Optional<Instant> finishedAt) {
    static DeliveryJson of(WebhookDelivery delivery) {
      return new DeliveryJson(
          delivery.event().toString(),
          delivery.position().toString(),
          delivery.type(),
          delivery.user().toString(),
          NameParser.lower(delivery.state()),
          delivery.attempts(),
          delivery.status().stream().boxed().findFirst(),
          delivery.failure(),
          delivery.createdAt(),
          delivery.nextAttemptAt(),
          delivery.finishedAt());
    }
  }

  /**
   * A page of deliveries.
   *
   * @param next the URL of the next page; null on the last page
   */
  private record DeliveryListJson(Optional<String> next, List<DeliveryJson> results) {}

  private static ApiResponse reply(WebhookEndpoint endpoint) {
    return ApiResponse.json(200, WebhookJson.of(endpoint));
  }

  private static WebhookId id(ApiRequest request) {
    return request.id(ID, WebhookId::parse);
  }

  private ApiResponse list(ApiRequest request) {
    request.violations().throwIfAny();
    var all = webhooks.list(request.call());
    return ApiResponse.json(200, new WebhookListJson(all.stream().map(WebhookJson::of).toList()));
  }

  private ApiResponse create(ApiRequest request) {
    var fields = request.body(URL, TYPES, DESCRIPTION);
    URI url = fields.parse(URL, WebhookSettings::parseUrl);
    Set<String> types = fields.parseList(TYPES, WebhookRoutes::types);
    String description = fields.parse(DESCRIPTION, WebhookSettings::parseDescription);
    fields.violations().throwIfAny();
    var created = webhooks.create(request.call(), new WebhookSettings(url, types, description));
    return ApiResponse.json(201, WithSecretJson.of(created))
        .header("Location", WEBHOOKS + "/" + created.endpoint().id());
  }

  private static Set<String> types(List<String> names) {
    Set<String> types = new HashSet<>();
    names.forEach(name -> types.add(WebhookSettings.parseType(name)));
    return types;
  }

  private ApiResponse get(ApiRequest request) {
    return reply(webhooks.get(request.call(), id(request)));
  }

  private ApiResponse update(ApiRequest request) {
    var fields = request.body(FieldNames.of(URL, TYPES, DESCRIPTION).shownBy(WebhookJson.class));
    var patch =
        new WebhookPatch(
            ifPresent(fields, URL, () -> fields.parse(URL, WebhookSettings::parseUrl)),
            ifPresent(fields, TYPES, () -> fields.parseList(TYPES, WebhookRoutes::types)),
            ifPresent(
                fields,
                DESCRIPTION,
                () -> fields.parse(DESCRIPTION, WebhookSettings::parseDescription)));
    fields.violations().throwIfAny();
    return reply(webhooks.update(request.call(), id(request), patch));
  }

  private static <T> Optional<T> ifPresent(JsonFields fields, String name, Supplier<T> value) {
    return fields.has(name) ? Optional.ofNullable(value.get()) : Optional.empty();
  }

  private ApiResponse delete(ApiRequest request) {
    webhooks.delete(request.call(), id(request));
    return ApiResponse.nothing();
  }

  private ApiResponse rotateSecret(ApiRequest request) {
    var fields = request.optionalBody(OVERLAP_HOURS);
    int preset = (int) Webhooks.DEFAULT_OVERLAP.toHours();
    int most = (int) Webhooks.MAX_OVERLAP.toHours();
    Integer hours = fields.number(OVERLAP_HOURS, preset, 0, most);
    fields.violations().throwIfAny();
    var rotated = webhooks.rotateSecret(request.call(), id(request), Duration.ofHours(hours));
    return ApiResponse.json(200, WithSecretJson.of(rotated));
  }

  private ApiResponse pause(ApiRequest request) {
    return reply(webhooks.pause(request.call(), id(request)));
  }

  private ApiResponse resume(ApiRequest request) {
    return reply(webhooks.resume(request.call(), id(request)));
  }

  private ApiResponse redeliver(ApiRequest request) {
    var fields = request.body(EVENT_ID, POSITION);
    if (fields.isNull(EVENT_ID) == fields.isNull(POSITION)) {
      fields.violations().add(EVENT_ID, "REQUIRED", "expected: either event_id or position");
    }
    var event = fields.isNull(EVENT_ID) ? null : fields.parse(EVENT_ID, Uuids::parse);
    var position = fields.isNull(POSITION) ? null : fields.parse(POSITION, EventPosition::parse);
    fields.violations().throwIfAny();
    if (event != null) {
      webhooks.redeliver(request.call(), id(request), event);
    } else {
      webhooks.redeliverAfter(request.call(), id(request), position);
    }
    return ApiResponse.nothing();
  }

  private ApiResponse deliveries(ApiRequest request) {
    var violations = request.violations();
    Optional<WebhookDelivery.State> state =
        request
            .query(STATE)
            .map(
                text ->
                    violations.parse(
                        STATE, text, raw -> NameParser.parse(WebhookDelivery.State.class, raw)));
    var page = Pages.requested(request, violations, PageRequest.DEFAULT_SIZE);
    violations.throwIfAny();
    var found = webhooks.deliveries(request.call(), id(request), state, page);
    return ApiResponse.json(
        200,
        new DeliveryListJson(
            found.nextToken().map(token -> Pages.next(token, request, publicUrl)),
            found.items().stream().map(DeliveryJson::of).toList()));
  }
}
