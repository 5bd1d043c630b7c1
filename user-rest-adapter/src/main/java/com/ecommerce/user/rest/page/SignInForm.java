package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Problems;
import com.ecommerce.user.rest.http.Routes;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The forms to sign in to an area of the pages and to sign out. Thread-safe. */
public final class SignInForm {
  private static final String STAFF_TITLE = "Sign in to the console";
  private static final String NOT_ADMITTED =
      "This account has no access to the console. Sign in as an admin or as support.";

  private final Sessions sessions;
  private final BrowserForms forms;
  private final BrowserArea area;
  private final Workers workers;

  /**
   * @param workers the threads that end the sessions of users whom the area does not admit, and the
   *     ones that a new session replaces
   */
  public SignInForm(UserCore core, BrowserForms forms, Workers workers) {
    this.sessions = core.sessions();
    this.forms = forms;
    this.area = forms.area();
    this.workers = workers;
  }

  /** Adds the form to sign in, and the path to which the form to sign out is posted. */
  public void addTo(Routes routes) {
    routes
        .onSessionPageAsync(
            "GET",
            area.signIn(),
            Operation.READ_DOCUMENT,
            request -> ApiResponse.completed(show(request)))
        .onSessionPageAsync("POST", area.signIn(), Operation.LOGIN, this::signIn)
        .onSessionPage("POST", area.signOut(), Operation.LOGOUT, this::signOut);
  }

  private ApiResponse show(ApiRequest request) {
    var view = forms.view(request);
    String next = request.query("next").orElse("");
    if (!(request.caller() instanceof Caller.User user)) {
      return page(200, view, "", next, "");
    }
    return area.admits(user)
        ? BrowserForms.redirect(area.home())
        : page(request.status(notAdmitted()), view, "", next, NOT_ADMITTED);
  }

  private ApiResponse page(int status, PageView view, String email, String next, String problem) {
    return view.page(
        status,
        area.isForStaff() ? STAFF_TITLE : view.texts().get("sign_in"),
        "sign-in.html",
        Map.of(
            "action",
            area.signIn().substring(1),
            "is_for_customers",
            !area.isForStaff(),
            "email",
            email,
            "next",
            next,
            "problem",
            problem));
  }

  private CompletionStage<ApiResponse> signIn(ApiRequest request) {
    var view = forms.view(request);
    var form = request.form();
    String email = form.getOrDefault("email", "");
    String next = form.getOrDefault("next", "");
    try {
      return sessions
          .loginAsync(
              request.call(),
              Email.parse(email),
              Password.parse(form.getOrDefault("password", "")),
              device(request.call()))
          .thenCompose(result -> admitted(request, result, next))
          .exceptionally(failure -> refused(request, view, email, next, failure));
    } catch (InvalidValueException invalid) {
      String wrong = view.texts().get("error.CREDENTIALS_INVALID");
      return ApiResponse.completed(page(401, view, email, next, wrong));
    }
  }

  /** Returns the name of the device, which registrations and notices use, too. */
  private static String device(RequestContext call) {
    return call.client().device();
  }

  private CompletionStage<ApiResponse> admitted(
      ApiRequest request, LoginResult result, String next) {
    var user = BrowserSessions.caller(result);
    if (area.admits(user)) {
      var response = BrowserForms.redirect(area.page(next));
      Supplier<ApiResponse> begin = () -> forms.begin(request, response, result.tokens());
      // Only ending the session that the new one replaces may block.
      return request.caller() instanceof Caller.User
          ? request.supply(workers, begin)
          : ApiResponse.completed(begin.get());
    }
    var known = request.by(user);
    return known.supply(
        workers,
        () -> {
          sessions.logout(known.call(), result.session().id());
          throw notAdmitted();
        });
  }

  private static UserServiceException notAdmitted() {
    return UserServiceException.of(
        ErrorReason.ACCESS_DENIED, "a user whom the area does not admit");
  }

  private ApiResponse refused(
      ApiRequest request, PageView view, String email, String next, Throwable failure) {
    var cause = Stages.expected(failure);
    String text = cause.reason() == ErrorReason.ACCESS_DENIED ? NOT_ADMITTED : view.text(cause);
    var page = page(request.status(cause), view, email, next, text);
    return Problems.retryLater(page, cause);
  }

  private ApiResponse signOut(ApiRequest request) {
    return forms.submit(
        request,
        (known, view, user, form) -> {
          forms.sessions().signOut(known);
          return view.message(200, PageView.Mark.DONE, "signed_out_title", "signed_out_text");
        });
  }
}
