package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the pages of the account have in common: they ask a visitor without a session to sign in,
 * refuse a form that does not come from a page of the session, and put violations into words.
 * Thread-safe.
 */
final class BrowserForms {
  static final String SIGN_IN = "/sign-in";
  static final String ACCOUNT = "/account";

  private static final int SEE_OTHER = 303;

  private final PageRenderer renderer;
  private final BrowserSessions sessions;

  BrowserForms(PageRenderer renderer, BrowserSessions sessions) {
    this.renderer = renderer;
    this.sessions = sessions;
  }

  /** Answers a request of a user who is signed in. */
  @FunctionalInterface
  interface Handler {
    ApiResponse handle(ApiRequest request, PageView view, Caller.User user);
  }

  /** Answers such a request with the fields of a form. */
  @FunctionalInterface
  interface FormHandler {
    ApiResponse handle(
        ApiRequest request, PageView view, Caller.User user, Map<String, String> form);
  }

  PageView view(ApiRequest request) {
    return renderer.view(request);
  }

  BrowserSessions sessions() {
    return sessions;
  }

  /** Answers a request of a user who is signed in, and asks others to sign in. */
  ApiResponse show(ApiRequest request, Handler handler) {
    if (request.caller() instanceof Caller.User user) {
      Access.require(user, request.route().operation(), Optional.of(user.id()));
      return handler.handle(request, view(request), user);
    }
    return redirect(
        request.isRead()
            ? SIGN_IN + "?next=" + URLEncoder.encode(request.path(), StandardCharsets.UTF_8)
            : SIGN_IN);
  }

  /** Answers a form, which must have the secret of the session. */
  ApiResponse submit(ApiRequest request, FormHandler handler) {
    return show(
        request,
        (known, view, user) -> {
          var form = known.form();
          if (!sessions.isFromOwnForm(known, form.getOrDefault("csrf", ""))) {
            throw UserServiceException.of(
                ErrorReason.ACCESS_DENIED,
                "the form is not one of this session (expected: the page loaded again)");
          }
          return handler.handle(known, view, user, form);
        });
  }

  /** Returns a response that makes the browser read another page of this site. */
  static ApiResponse redirect(String path) {
    return new ApiResponse(SEE_OTHER, "", new byte[0], Map.of("Location", path));
  }

  /** Returns the values that all pages of the account have. */
  Map<String, Object> values(ApiRequest request, String place) {
    var values = new HashMap<String, Object>();
    values.put("csrf", sessions.formSecret(request));
    for (String each : new String[] {"profile", "addresses", "preferences", "security"}) {
      values.put("at_" + each, each.equals(place));
    }
    values.put("notice", "");
    values.put("problem", "");
    return values;
  }

  /**
   * Adds a text for each violation, under {@code error_} and the name of the field; the fields
   * without one get an empty text.
   *
   * @param failure the failure, or null if there is none
   * @param fields the names of the fields on the page
   */
  static void addErrors(
      Map<String, Object> values,
      PageView view,
      @Nullable UserServiceException failure,
      String... fields) {
    for (String field : fields) {
      values.put("error_" + field, "");
    }
    if (failure == null) {
      return;
    }
    boolean isShown = false;
    for (Violation violation : failure.violations()) {
      String key = "error_" + violation.field().replaceFirst("^(profile|address)\\.", "");
      if (values.containsKey(key)) {
        values.put(key, view.text(violation));
        isShown = true;
      }
    }
    if (!isShown) {
      values.put("problem", view.text(failure));
    }
  }

  /** Returns the phone number that a form has; empty if it has none. */
  static Optional<PhoneNumber> phone(String text) {
    return text.isBlank() ? Optional.empty() : Optional.of(PhoneNumber.parse(text));
  }

  /** A choice of a form, and whether it is the chosen one. */
  record Choice(String code, String name, boolean chosen) {}
}
