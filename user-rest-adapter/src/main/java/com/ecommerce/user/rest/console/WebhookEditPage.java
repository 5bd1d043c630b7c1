package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.WebhookPatch;
import com.ecommerce.user.core.webhook.WebhookSettings;
import com.ecommerce.user.core.webhook.Webhooks;
import com.ecommerce.user.rest.console.StaffRequest.Place;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The forms for a new webhook endpoint and for the settings of one. Without a selected type, all
 * events are sent. Creating an endpoint and changing its URL require the user's own password, since
 * they determine who receives the events.
 */
final class WebhookEditPage {
  private static final String NEW = WebhookPages.LIST + "/new";
  private static final String EDIT = WebhookPages.PATH + "/edit";

  private static final String URL = "url";
  private static final String TYPES = "types";
  private static final String DESCRIPTION = "description";

  /** The time of the last change before the form was shown, so that no other change is undone. */
  private static final String CHANGED_AT = "changed_at";

  /** The prefix of the names of the checkboxes, before the type. */
  private static final String CHECKBOX = "type_";

  /** Failures after which the same request may be sent again. */
  private static final Set<ErrorKind> REPEATABLE =
      Set.of(ErrorKind.UNAVAILABLE, ErrorKind.ABORTED, ErrorKind.DEADLINE_EXCEEDED);

  /** The types of events, by the part of their names before the dot. */
  private static final Map<String, List<String>> GROUPS =
      WebhookSettings.sentTypes().stream()
          .collect(
              Collectors.groupingBy(
                  type -> type.substring(0, type.indexOf('.')),
                  LinkedHashMap::new,
                  Collectors.toList()));

  private final Webhooks webhooks;
  private final ConsolePages console;
  private final WebhookPages pages;

  WebhookEditPage(UserCore core, ConsolePages console, WebhookPages pages) {
    this.webhooks = core.webhooks();
    this.console = console;
    this.pages = pages;
  }

  void addTo(Routes routes) {
    routes
        .onSessionPage(
            "GET",
            NEW,
            Operation.CREATE_WEBHOOK_ENDPOINT,
            request ->
                console.show(
                    request, staff -> newForm(staff, Entries.NONE, console.newKey(), null)))
        .onSessionPage(
            "POST",
            NEW,
            Operation.CREATE_WEBHOOK_ENDPOINT,
            request -> console.submit(request, this::submitNew))
        .onSessionPage(
            "GET",
            EDIT,
            Operation.UPDATE_WEBHOOK_ENDPOINT,
            request -> console.show(request, this::editForm))
        .onSessionPage(
            "POST",
            EDIT,
            Operation.UPDATE_WEBHOOK_ENDPOINT,
            request -> console.submit(request, this::submitEdit));
  }

  /** The entries of a form. */
  private record Entries(String url, Set<String> types, String description) {
    static final Entries NONE = new Entries("", Set.of(), "");

    static Entries of(Map<String, String> form) {
      var types =
          form.keySet().stream()
              .filter(name -> name.startsWith(CHECKBOX))
              .map(name -> name.substring(CHECKBOX.length()))
              .collect(Collectors.toSet());
      return new Entries(form.getOrDefault(URL, ""), types, form.getOrDefault(DESCRIPTION, ""));
    }

    static Entries of(WebhookSettings settings) {
      return new Entries(settings.url().toString(), settings.types(), settings.description());
    }

    /**
     * Parses the entries.
     *
     * @throws UserServiceException with a violation for each entry that breaks a rule
     */
    WebhookSettings settings() {
      var violations = new Violations();
      var parsedUrl = violations.parse(URL, url, WebhookSettings::parseUrl);
      types.forEach(type -> violations.parse(TYPES, type, WebhookSettings::parseType));
      var note = violations.parse(DESCRIPTION, description, WebhookSettings::parseDescription);
      violations.throwIfAny();
      return new WebhookSettings(parsedUrl, types, note);
    }
  }

  private ApiResponse submitNew(StaffRequest staff, Map<String, String> form) {
    try {
      var settings = Entries.of(form).settings();
      return console.proven(
          staff,
          form,
          (asked, fields) -> "create a webhook endpoint with the URL " + settings.url(),
          (proven, fields) -> create(proven, fields, settings));
    } catch (UserServiceException failure) {
      // An endpoint may have been created all the same; with its key, the next attempt finds it.
      String key =
          REPEATABLE.contains(failure.kind()) ? form.getOrDefault("key", "") : console.newKey();
      return newForm(staff, Entries.of(form), key, failure);
    }
  }

  private ApiResponse create(
      StaffRequest staff, Map<String, String> form, WebhookSettings settings) {
    var entries =
        List.of(
            settings.url().toString(),
            settings.types().stream().sorted().toList().toString(),
            settings.description());
    return pages.withSecret(staff, webhooks.create(staff.call(form, entries.toString()), settings));
  }

  private ApiResponse submitEdit(StaffRequest staff, Map<String, String> form) {
    var before = webhooks.get(staff.call(), WebhookPages.id(staff));
    String changedAt = before.updatedAt().toString();
    if (!form.getOrDefault(CHANGED_AT, changedAt).equals(changedAt)) {
      return pages.endpoint(staff, 409, "The endpoint was changed after you opened the form.");
    }
    try {
      var settings = Entries.of(form).settings();
      return settings.url().equals(before.settings().url())
          ? save(staff, before, settings)
          : console.proven(
              staff,
              form,
              (asked, fields) ->
                  "send the events of the webhook endpoint "
                      + WebhookPages.name(before.settings())
                      + " to "
                      + settings.url(),
              (proven, fields) -> save(proven, before, settings));
    } catch (UserServiceException failure) {
      return editForm(staff, before, Entries.of(form), failure);
    }
  }

  private ApiResponse save(StaffRequest staff, WebhookEndpoint before, WebhookSettings settings) {
    var patch =
        new WebhookPatch(
            Optional.of(settings.url()),
            Optional.of(settings.types()),
            Optional.of(settings.description()));
    webhooks.update(staff.call(), before.id(), patch);
    return Notice.SAVED.at(WebhookPages.path(before.id()));
  }

  private static ApiResponse newForm(
      StaffRequest staff, Entries entries, String key, @Nullable UserServiceException failure) {
    var values = staff.values();
    values.put("is_new", true);
    values.put("back", "");
    values.put("back_name", "All webhooks");
    values.put("action", "new");
    values.put("key", key);
    values.put(CHANGED_AT, "");
    return form(staff, "New endpoint", values, entries, failure);
  }

  private ApiResponse editForm(StaffRequest staff) {
    var endpoint = webhooks.get(staff.call(), WebhookPages.id(staff));
    return editForm(staff, endpoint, Entries.of(endpoint.settings()), null);
  }

  private static ApiResponse editForm(
      StaffRequest staff,
      WebhookEndpoint endpoint,
      Entries entries,
      @Nullable UserServiceException failure) {
    String name = WebhookPages.name(endpoint.settings());
    var values = staff.values();
    values.put("is_new", false);
    values.put("back", "/" + endpoint.id());
    values.put("back_name", "Back to " + name);
    values.put("action", endpoint.id() + "/edit");
    values.put("key", "");
    values.put(CHANGED_AT, endpoint.updatedAt().toString());
    return form(staff, "Edit " + name, values, entries, failure);
  }

  private static ApiResponse form(
      StaffRequest staff,
      String title,
      Map<String, Object> values,
      Entries entries,
      @Nullable UserServiceException failure) {
    values.put(URL, entries.url());
    values.put(DESCRIPTION, entries.description());
    values.put(
        "groups", GROUPS.entrySet().stream().map(group -> group(group, entries.types())).toList());
    staff.addErrors(values, failure, URL, DESCRIPTION, TYPES);
    int status = failure == null ? 200 : staff.request().status(failure);
    return staff.page(status, Place.WEBHOOKS, title, "webhook-edit", values);
  }

  /** A checkbox of the form. */
  private record Choice(String code, boolean chosen) {}

  private static Map<String, Object> group(
      Map.Entry<String, List<String>> group, Set<String> chosen) {
    var values = new HashMap<String, Object>();
    values.put("name", Labels.words(group.getKey()));
    values.put(
        "choices",
        group.getValue().stream().map(type -> new Choice(type, chosen.contains(type))).toList());
    return values;
  }
}
