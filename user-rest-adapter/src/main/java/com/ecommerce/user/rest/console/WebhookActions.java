package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.webhook.Webhooks;
import com.ecommerce.user.rest.console.StaffRequest.Place;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import java.util.Map;

/** The forms on the page of a webhook endpoint: pause, resume, new secret and deletion. */
final class WebhookActions {
  private static final String DELETE = WebhookPages.PATH + "/delete";

  private final Webhooks webhooks;
  private final ConsolePages console;
  private final WebhookPages pages;

  WebhookActions(UserCore core, ConsolePages console, WebhookPages pages) {
    this.webhooks = core.webhooks();
    this.console = console;
    this.pages = pages;
  }

  void addTo(Routes routes) {
    String path = WebhookPages.PATH;
    routes
        .onSessionPage(
            "POST",
            path + "/pause",
            Operation.PAUSE_WEBHOOK_ENDPOINT,
            request -> console.submit(request, this::pause))
        .onSessionPage(
            "POST",
            path + "/resume",
            Operation.RESUME_WEBHOOK_ENDPOINT,
            request -> console.submit(request, this::resume))
        .onSessionPage(
            "POST",
            path + "/secret",
            Operation.ROTATE_WEBHOOK_SECRET,
            request ->
                console.submitProven(
                    request,
                    (staff, form) -> "give the webhook endpoint " + name(staff) + " a new secret",
                    this::rotateSecret))
        .onSessionPage(
            "GET",
            DELETE,
            Operation.DELETE_WEBHOOK_ENDPOINT,
            request -> console.show(request, staff -> confirmation(staff, "")))
        .onSessionPage(
            "POST",
            DELETE,
            Operation.DELETE_WEBHOOK_ENDPOINT,
            request ->
                console.submitProven(
                    request,
                    (staff, form) -> "delete the webhook endpoint " + name(staff),
                    this::delete));
  }

  private String name(StaffRequest staff) {
    return WebhookPages.name(webhooks.get(staff.call(), WebhookPages.id(staff)).settings());
  }

  private ApiResponse pause(StaffRequest staff, Map<String, String> form) {
    var endpoint = webhooks.pause(staff.call(), WebhookPages.id(staff));
    return Notice.WEBHOOK_PAUSED.at(WebhookPages.path(endpoint.id()));
  }

  private ApiResponse resume(StaffRequest staff, Map<String, String> form) {
    var endpoint = webhooks.resume(staff.call(), WebhookPages.id(staff));
    return Notice.WEBHOOK_RESUMED.at(WebhookPages.path(endpoint.id()));
  }

  /**
   * Gives the endpoint a new secret, unless it got another one after the page was shown, since only
   * the latest of the previous secrets stays valid.
   */
  private ApiResponse rotateSecret(StaffRequest staff, Map<String, String> form) {
    var entries = SecretForm.of(form);
    try {
      var rotated =
          webhooks.rotateSecret(
              staff.call(form, entries.toString()),
              WebhookPages.id(staff),
              entries.overlap(),
              entries.changedAt());
      return pages.withSecret(staff, rotated);
    } catch (UserServiceException failure) {
      if (failure.reason() == ErrorReason.VERSION_MISMATCH) {
        return pages.endpoint(
            staff, 409, "The endpoint got another secret after you opened the page.");
      }
      throw failure;
    }
  }

  private ApiResponse confirmation(StaffRequest staff, String error) {
    var endpoint = webhooks.get(staff.call(), WebhookPages.id(staff));
    var values = pages.values(staff, endpoint, WebhookPages.Tab.ENDPOINT);
    values.put("error", error);
    int status = error.isEmpty() ? 200 : 400;
    return staff.page(
        status, Place.WEBHOOKS, "Delete " + values.get("name"), "webhook-delete", values);
  }

  private ApiResponse delete(StaffRequest staff, Map<String, String> form) {
    var endpoint = webhooks.get(staff.call(), WebhookPages.id(staff));
    String host = endpoint.settings().url().getHost();
    if (!form.getOrDefault("host", "").strip().equalsIgnoreCase(host)) {
      return confirmation(staff, "This is not the host of the URL.");
    }
    webhooks.delete(staff.call(), endpoint.id());
    return Notice.WEBHOOK_DELETED.at(WebhookPages.LIST);
  }
}
