package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.TokenPair;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The common behavior of the pages of an area: they ask a visitor without a session to sign in,
 * refuse a form that does not come from a page of the session, and show violations at the fields.
 * Thread-safe.
 */
public final class BrowserForms {
  static final String ACCOUNT = BrowserArea.ACCOUNT.home();

  private static final int SEE_OTHER = 303;

  private final PageRenderer renderer;
  private final BrowserSessions sessions;
  private final BrowserArea area;

  BrowserForms(PageRenderer renderer, BrowserSessions sessions, BrowserArea area) {
    this.renderer = renderer;
    this.sessions = sessions;
    this.area = area;
  }

  /** Answers a request of a user who is signed in. */
  @FunctionalInterface
  public interface Handler {
    ApiResponse handle(ApiRequest request, PageView view, Caller.User user);
  }

  /** Answers such a request with the fields of a form. */
  @FunctionalInterface
  public interface FormHandler {
    ApiResponse handle(
        ApiRequest request, PageView view, Caller.User user, Map<String, String> form);
  }

  /** Returns the view of a page in the language of the area's readers. */
  public PageView view(ApiRequest request) {
    return area.isForStaff() ? renderer.englishView(request) : renderer.view(request);
  }

  BrowserSessions sessions() {
    return sessions;
  }

  BrowserArea area() {
    return area;
  }

  /**
   * Answers a request of a user whom the area admits, and asks others to sign in.
   *
   * @throws UserServiceException with {@code ACCESS_DENIED} if the user lacks the right to perform
   *     the operation on the user that the path names, or else on the own account
   */
  public ApiResponse show(ApiRequest request, Handler handler) {
    if (request.caller() instanceof Caller.User user && area.admits(user)) {
      Access.require(user, request.route().operation(), request.target().or(() -> own(user)));
      return handler.handle(request, view(request), user);
    }
    return redirect(
        request.isRead()
            ? area.signIn() + "?next=" + URLEncoder.encode(request.path(), StandardCharsets.UTF_8)
            : area.signIn());
  }

  private static Optional<UserId> own(Caller.User user) {
    return Optional.of(user.id());
  }

  /**
   * Answers a form, which must have the secret of the session.
   *
   * @throws UserServiceException as {@link #show}, and with {@code ACCESS_DENIED} if the form does
   *     not have the secret
   */
  public ApiResponse submit(ApiRequest request, FormHandler handler) {
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
  public static ApiResponse redirect(String path) {
    return new ApiResponse(SEE_OTHER, "", new byte[0], Map.of("Location", path));
  }

  /**
   * Adds the cookie of a new session to a response, and ends the session that the browser had in
   * the area, for which it may block.
   */
  public ApiResponse begin(ApiRequest request, ApiResponse response, TokenPair tokens) {
    return sessions.begin(request, response, tokens);
  }

  /** Records in the cookie that the user has just entered the password. */
  public void prove(ApiRequest request) {
    sessions.prove(request);
  }

  /**
   * Returns whether the user entered the password within the time, at the sign-in or later, with
   * the cookie of this request. It does not count for copies that were made of the cookie before.
   */
  public boolean isProven(ApiRequest request, Duration maxAge) {
    return sessions.isProven(request, maxAge);
  }

  /** Returns the secret that the forms of a page must send back. */
  public String formSecret(ApiRequest request) {
    return sessions.formSecret(request);
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
   * without one get an empty text. The text of a failure that belongs to none of the fields is
   * added as {@code problem}.
   *
   * @param failure the failure, or null if there is none
   * @param fields the names of the fields on the page
   */
  public static void addErrors(
      Map<String, Object> values,
      PageView view,
      @Nullable UserServiceException failure,
      String... fields) {
    addErrors(values, failure, view::text, view::text, fields);
  }

  /**
   * Does the same as {@link #addErrors(Map, PageView, UserServiceException, String...)}, with other
   * texts.
   */
  public static void addErrors(
      Map<String, Object> values,
      @Nullable UserServiceException failure,
      Function<Violation, String> violationText,
      Function<UserServiceException, String> failureText,
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
        values.put(key, violationText.apply(violation));
        isShown = true;
      }
    }
    if (!isShown) {
      values.put("problem", failureText.apply(failure));
    }
  }

  /** Returns the phone number that a form has; empty if it has none. */
  public static Optional<PhoneNumber> phone(String text) {
    return text.isBlank() ? Optional.empty() : Optional.of(PhoneNumber.parse(text));
  }

  /** A choice of a form, and whether it is the chosen one. */
  record Choice(String code, String name, boolean chosen) {}
}
