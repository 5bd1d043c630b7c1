package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.bulk.UserBatches;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.value.Uuids;
import com.ecommerce.user.core.webhook.WebhookDelivery;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.Webhooks;
import com.ecommerce.user.rest.console.StaffRequest.Place;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.resource.NameParser;
import com.ecommerce.user.rest.resource.Pages;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of a webhook endpoint, in the order in which they were queued, newest first, and
 * the forms that send events again: one of them, or all after a position.
 */
final class WebhookDeliveryPages {
  private static final String PATH = WebhookPages.PATH + "/deliveries";
  private static final String STATE = "state";
  private static final String EVENT = "event";
  private static final String POSITION = "position";
  private static final int PAGE_SIZE = 50;

  private static final Page<WebhookDelivery> NOTHING =
      new Page<>(List.of(), Optional.empty(), Page.NOT_COMPUTED);

  private final Webhooks webhooks;
  private final UserBatches batches;
  private final ConsolePages console;
  private final WebhookPages pages;

  WebhookDeliveryPages(UserCore core, ConsolePages console, WebhookPages pages) {
    this.webhooks = core.webhooks();
    this.batches = core.userBatches();
    this.console = console;
    this.pages = pages;
  }

  void addTo(Routes routes) {
    routes
        .onSessionPage(
            "POST",
            PATH,
            Operation.REDELIVER_WEBHOOK_EVENTS,
            request -> console.submit(request, this::redeliver))
        .onSessionPage(
            "GET",
            PATH,
            Operation.LIST_WEBHOOK_DELIVERIES,
            request -> console.show(request, this::list))
        .withParameters(STATE, Pages.SIZE, Pages.CURSOR);
  }

  private ApiResponse list(StaffRequest staff) {
    var request = staff.request();
    var endpoint = webhooks.get(staff.call(), WebhookPages.id(staff));
    String state = request.query(STATE).orElse("");
    try {
      var violations = request.violations();
      var page = Pages.requested(request, violations, PAGE_SIZE);
      violations.throwIfAny();
      var found = webhooks.deliveries(staff.call(), endpoint.id(), state(state), page);
      return page(staff, endpoint, state, found, "", null);
    } catch (UserServiceException failure) {
      return page(staff, endpoint, "", NOTHING, "", failure);
    }
  }

  private static Optional<WebhookDelivery.State> state(String text) {
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Violations.parsed(
                STATE, text, raw -> NameParser.parse(WebhookDelivery.State.class, raw)));
  }

  private ApiResponse redeliver(StaffRequest staff, Map<String, String> form) {
    var endpoint = webhooks.get(staff.call(), WebhookPages.id(staff));
    String state = form.getOrDefault(STATE, "");
    String back = WebhookPages.path(endpoint.id()) + "/deliveries";
    try {
      var filter = state(state);
      if (form.containsKey(EVENT)) {
        var event = Violations.parsed(EVENT, form.get(EVENT), Uuids::parse);
        webhooks.redeliver(staff.call(), endpoint.id(), event);
        return Notice.EVENT_SENT_AGAIN.at(
            filter.map(known -> back + "?" + STATE + "=" + Labels.lower(known)).orElse(back));
      }
      var position =
          Violations.parsed(POSITION, form.getOrDefault(POSITION, ""), EventPosition::parse);
      webhooks.redeliverAfter(staff.call(), endpoint.id(), position);
      return Notice.EVENTS_SENT_AGAIN.at(back);
    } catch (UserServiceException failure) {
      var found =
          webhooks.deliveries(
              staff.call(), endpoint.id(), Optional.empty(), new PageRequest(PAGE_SIZE, ""));
      return page(staff, endpoint, "", found, form.getOrDefault(POSITION, ""), failure);
    }
  }

  /** A choice of the filter. */
  private record Choice(String code, String name, boolean chosen) {}

  private ApiResponse page(
      StaffRequest staff,
      WebhookEndpoint endpoint,
      String state,
      Page<WebhookDelivery> found,
      String position,
      @Nullable UserServiceException failure) {
    var values = pages.values(staff, endpoint, WebhookPages.Tab.DELIVERIES);
    staff.addErrors(values, failure, POSITION);
    if (failure != null && failure.reason() == ErrorReason.POSITION_OUT_OF_RANGE) {
      values.put("error_" + POSITION, values.put("problem", ""));
    }
    values.put(POSITION, position);
    values.put("filter", state);
    values.put(
        "states",
        Arrays.stream(WebhookDelivery.State.values())
            .map(each -> new Choice(Labels.lower(each), Labels.words(each), is(each, state)))
            .toList());
    var users = found.items().stream().map(delivery -> delivery.user().toString());
    var names = UserNames.of(batches, staff.call(), users);
    values.put(
        "deliveries",
        found.items().stream().map(delivery -> row(staff, endpoint, delivery, names)).toList());
    values.put("is_empty", found.items().isEmpty() && failure == null);
    values.put(
        "next", found.nextToken().map(token -> Pages.nextQuery(token, staff.request())).orElse(""));
    values.put("is_first", staff.request().query(Pages.CURSOR).isEmpty());
    int status = failure == null ? 200 : staff.request().status(failure);
    return staff.page(
        status,
        Place.WEBHOOKS,
        "Deliveries to " + values.get("name"),
        "webhook-deliveries",
        values);
  }

  private static boolean is(WebhookDelivery.State each, String state) {
    return Labels.lower(each).equals(state);
  }

  private static Map<String, Object> row(
      StaffRequest staff,
      WebhookEndpoint endpoint,
      WebhookDelivery delivery,
      Map<String, String> names) {
    var row = new HashMap<String, Object>();
    row.put(EVENT, delivery.event().toString());
    row.put("type", delivery.type());
    String subject = delivery.user().toString();
    row.put("subject", subject);
    row.put("subject_name", names.getOrDefault(subject, "User " + subject));
    row.put("is_about_client", delivery.type().startsWith("client."));
    row.put("delivery_state", Labels.words(delivery.state()));
    row.put("delivery_badge", badge(delivery.state()));
    row.put("result", result(delivery));
    row.put("time", time(staff, endpoint, delivery));
    row.put("queued", staff.time(delivery.createdAt()));
    row.put("row_position", delivery.position().toString());
    boolean isDue =
        endpoint.state() == WebhookEndpoint.State.ACTIVE && delivery.nextAttemptAt().isPresent();
    boolean isFinished = delivery.state() != WebhookDelivery.State.WAITING;
    row.put("button", isFinished ? "Send again" : isDue ? "Send now" : "");
    return row;
  }

  private static String badge(WebhookDelivery.State state) {
    return switch (state) {
      case WAITING -> "badge-waiting";
      case DELIVERED -> "badge-done";
      case DEAD -> "badge-failed";
    };
  }

  /** Returns the result of the last attempt, and the number of attempts. */
  private static String result(WebhookDelivery delivery) {
    if (delivery.attempts() == 0) {
      return delivery.nextAttemptAt().isPresent()
          ? "Not sent yet"
          : "Waits for an earlier event of the user";
    }
    String attempts = Labels.count(delivery.attempts(), "attempt");
    if (!delivery.failure().isEmpty()) {
      return Labels.sentence(delivery.failure()) + " · " + attempts;
    }
    return delivery.status().isPresent()
        ? "HTTP status " + delivery.status().getAsInt() + " · " + attempts
        : "Being sent";
  }

  private static String time(
      StaffRequest staff, WebhookEndpoint endpoint, WebhookDelivery delivery) {
    if (delivery.finishedAt().isPresent()) {
      String time = staff.time(delivery.finishedAt().get());
      return delivery.state() == WebhookDelivery.State.DEAD ? "Given up " + time : time;
    }
    if (delivery.nextAttemptAt().isEmpty()) {
      return "";
    }
    return endpoint.state() == WebhookEndpoint.State.ACTIVE
        ? "Next attempt " + staff.time(delivery.nextAttemptAt().get())
        : "Next attempt when the endpoint is resumed";
  }
}
