package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.request.IdempotencyKey;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Problems;
import com.ecommerce.user.rest.page.BrowserForms;
import com.ecommerce.user.rest.page.PageView;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A request of a staff member for a page of the console, and the ways to answer it. */
final class StaffRequest {
  /** The sections of the console, to which its menu leads. */
  enum Place {
    OVERVIEW(ConsoleRoutes.HOME, "Overview"),
    USERS(UserListPage.PATH, "All users"),
    CLIENTS(ClientPages.PATH, "All service clients"),
    WEBHOOKS(WebhookPages.LIST, "All webhooks");

    private final String path;
    private final String firstPage;

    Place(String path, String firstPage) {
      this.path = path;
      this.firstPage = firstPage;
    }

    /** Returns the section of a form. */
    static Place of(ApiRequest request) {
      return Stream.of(CLIENTS, WEBHOOKS)
          .filter(place -> request.path().startsWith(place.path))
          .findFirst()
          .orElse(USERS);
    }
  }

  private final ApiRequest request;
  private final PageView view;
  private final Caller.User caller;
  private final User member;
  private final String formSecret;

  /**
   * @param member the account of the caller
   * @param formSecret the secret that the forms of the page must send back
   */
  StaffRequest(
      ApiRequest request, PageView view, Caller.User caller, User member, String formSecret) {
    this.request = request;
    this.view = view;
    this.caller = caller;
    this.member = member;
    this.formSecret = formSecret;
  }

  ApiRequest request() {
    return request;
  }

  RequestContext call() {
    return request.call();
  }

  /**
   * Returns the call with the idempotency key of a form, so that sending the form again, as
   * reloading the page does, changes nothing more.
   *
   * @param entries a text that is the same for the same entries
   * @throws UserServiceException if the form has a malformed key
   */
  RequestContext call(Map<String, String> form, String entries) {
    String key = form.getOrDefault("key", "");
    return key.isEmpty()
        ? call()
        : call().with(Violations.parsed("key", key, text -> key(text, entries)));
  }

  private IdempotencyKey key(String text, String entries) {
    String method = request.method() + " " + request.route().path();
    return IdempotencyKey.of(
        text, method, (request.path() + " " + entries).getBytes(StandardCharsets.UTF_8));
  }

  PageView view() {
    return view;
  }

  Caller.User caller() {
    return caller;
  }

  UserId id() {
    return caller.id();
  }

  /** Returns the email of the caller. */
  String email() {
    return member.email().address();
  }

  SessionId session() {
    return caller.session();
  }

  /**
   * Checks that the user is not the caller.
   *
   * @throws UserServiceException with {@code ACCESS_DENIED} otherwise
   */
  void requireOther(UserId user) {
    if (user.equals(id())) {
      throw UserServiceException.of(
          ErrorReason.ACCESS_DENIED, "the own account (expected: another user)");
    }
  }

  /**
   * Checks that the caller may perform the operation on the user.
   *
   * @throws UserServiceException with {@code ACCESS_DENIED} otherwise
   */
  void require(Operation operation, UserId target) {
    Access.require(caller, operation, Optional.of(target));
  }

  /** Returns whether the caller may perform the operation on the user. */
  boolean may(Operation operation, UserId target) {
    return Access.isAllowed(caller, operation, Optional.of(target));
  }

  /** Returns a time in the time zone of the reader. */
  String time(Instant time) {
    return view.time(time, member.profile().timezone());
  }

  /** Returns a new map with the values that all pages have. */
  Map<String, Object> values() {
    var values = new HashMap<String, Object>();
    values.put("csrf", formSecret);
    values.put("notice", Notice.of(request));
    values.put("problem", "");
    return values;
  }

  /**
   * Returns a page.
   *
   * @param template the name of a template in the folder of the console
   * @param values the map that {@link #values} returned, with the values of the template added
   */
  ApiResponse page(
      int status, Place place, String title, String template, Map<String, Object> values) {
    for (Place each : Place.values()) {
      values.put("at_" + Labels.lower(each), each == place);
    }
    values.put("may_manage_clients", may(Operation.MANAGE_SERVICE_CLIENTS, id()));
    values.put("may_manage_webhooks", may(Operation.LIST_WEBHOOK_ENDPOINTS, id()));
    values.put("place", place.path.substring(1));
    values.put("place_name", place.firstPage);
    values.put("member", member.displayName());
    values.put("member_role", caller.roles().contains(Role.ADMIN) ? "Admin" : "Support");
    return view.page(status, title, "console/" + template + ".html", values);
  }

  /** Adds the texts of {@link BrowserForms#addErrors} in the words of {@link Labels}. */
  void addErrors(
      Map<String, Object> values, @Nullable UserServiceException failure, String... fields) {
    BrowserForms.addErrors(
        values,
        failure,
        violation -> Labels.text(view, violation),
        refused -> Labels.text(view, refused),
        fields);
  }

  /** Returns the page about a failure. */
  ApiResponse failure(UserServiceException failure) {
    int status = request.status(failure);
    return Problems.retryLater(failure(status, Labels.text(view, failure)), failure);
  }

  /** Returns the page about a form that cannot be processed. */
  ApiResponse failure(String text) {
    return failure(400, text);
  }

  private ApiResponse failure(int status, String text) {
    var values = values();
    values.put("notice", "");
    values.put("text", text);
    return page(status, Place.of(request), "This did not work", "message", values);
  }
}
