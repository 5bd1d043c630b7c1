package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.verification.PasswordResets;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Problems;
import com.ecommerce.user.rest.http.Routes;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The pages to sign in and out, to register, and to ask for a new password. */
final class SignInPages {
  private static final String REGISTER = "/register";
  private static final String FORGOT = "/forgot-password";
  private static final String[] REGISTRATION = {"first_name", "last_name", "email", "password"};

  private final Users users;
  private final Sessions sessions;
  private final PasswordResets resets;
  private final BrowserSessions browsers;
  private final BrowserForms forms;

  SignInPages(UserCore core, PageRenderer renderer, BrowserSessions browsers) {
    this.users = core.users();
    this.sessions = core.sessions();
    this.resets = core.passwordResets();
    this.browsers = browsers;
    this.forms = new BrowserForms(renderer, browsers);
  }

  void addTo(Routes routes) {
    routes
        .onSessionPageAsync(
            "GET",
            BrowserForms.SIGN_IN,
            Operation.READ_DOCUMENT,
            request -> ApiResponse.completed(showSignIn(request)))
        .onSessionPageAsync("POST", BrowserForms.SIGN_IN, Operation.LOGIN, this::signIn)
        .onSessionPage("POST", "/sign-out", Operation.LOGOUT, this::signOut)
        .onSessionPageAsync(
            "GET",
            REGISTER,
            Operation.READ_DOCUMENT,
            request -> ApiResponse.completed(registration(request, Map.of(), null)))
        .onSessionPageAsync("POST", REGISTER, Operation.CREATE_USER, this::register)
        .onSessionPageAsync(
            "GET",
            FORGOT,
            Operation.READ_DOCUMENT,
            request -> ApiResponse.completed(forgot(forms.view(request), "", "")))
        .onSessionPage("POST", FORGOT, Operation.REQUEST_PASSWORD_RESET, this::requestReset);
  }

  private ApiResponse showSignIn(ApiRequest request) {
    return request.caller() instanceof Caller.User
        ? BrowserForms.redirect(BrowserForms.ACCOUNT)
        : signInPage(200, forms.view(request), "", request.query("next").orElse(""), "");
  }

  private static ApiResponse signInPage(
      int status, PageView view, String email, String next, String problem) {
    return view.page(
        status,
        view.texts().get("sign_in"),
        "sign-in.html",
        Map.of("email", email, "next", next, "problem", problem));
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
          .thenApply(
              signedIn -> browsers.begin(BrowserForms.redirect(page(next)), signedIn.tokens()))
          .exceptionally(failure -> notSignedIn(view, email, next, failure));
    } catch (InvalidValueException invalid) {
      String wrong = view.texts().get("error.CREDENTIALS_INVALID");
      return ApiResponse.completed(signInPage(401, view, email, next, wrong));
    }
  }

  /** Returns the name of the device as registrations and notices know it. */
  private static String device(RequestContext call) {
    return call.client().device();
  }

  private static ApiResponse notSignedIn(
      PageView view, String email, String next, Throwable failure) {
    var cause = Stages.expected(failure);
    int status = Problems.status(cause.reason());
    var page = signInPage(status, view, email, next, view.text(cause));
    return Problems.retryLater(page, cause);
  }

  /** Returns the page to go to: one of the account, whatever a link asks for. */
  private static String page(String next) {
    boolean isOfAccount = next.matches(BrowserForms.ACCOUNT + "(/[A-Za-z0-9/-]*)?");
    return isOfAccount ? next : BrowserForms.ACCOUNT;
  }

  private ApiResponse signOut(ApiRequest request) {
    return forms.submit(
        request,
        (known, view, user, form) -> {
          sessions.logout(known.call(), user.session());
          return browsers.end(
              view.message(200, PageView.Mark.DONE, "signed_out_title", "signed_out_text"));
        });
  }

  private ApiResponse registration(
      ApiRequest request, Map<String, String> form, UserServiceException failure) {
    var view = forms.view(request);
    var values = new HashMap<String, Object>();
    for (String field : new String[] {"first_name", "last_name", "email"}) {
      values.put(field, form.getOrDefault(field, ""));
    }
    values.put("problem", "");
    BrowserForms.addErrors(values, view, failure, REGISTRATION);
    int status = failure == null ? 200 : Problems.status(failure.reason());
    var page = view.page(status, view.texts().get("register_title"), "register.html", values);
    return failure == null ? page : Problems.retryLater(page, failure);
  }

  private CompletionStage<ApiResponse> register(ApiRequest request) {
    var view = forms.view(request);
    var form = request.form();
    NewUser newUser;
    try {
      newUser =
          NewUser.builder()
              .email(form.getOrDefault("email", ""))
              .password(form.getOrDefault("password", ""))
              .firstName(form.getOrDefault("first_name", ""))
              .lastName(form.getOrDefault("last_name", ""))
              .language(view.texts().language())
              .build();
    } catch (UserServiceException invalid) {
      return ApiResponse.completed(registration(request, form, invalid));
    }
    return users
        .registerAsync(request.call(), newUser)
        .thenApply(created -> mailbox(view, "registered_text", newUser.email().address()))
        .exceptionally(
            failure -> registration(request, form, asViolation(Stages.expected(failure))));
  }

  /** Shows a taken email at its field. */
  private static UserServiceException asViolation(UserServiceException failure) {
    return failure.reason() == ErrorReason.EMAIL_TAKEN
        ? UserServiceException.invalid(ErrorReason.EMAIL_TAKEN, "email", "taken")
        : failure;
  }

  private static ApiResponse mailbox(PageView view, String key, String email) {
    return view.messageText(
        200,
        PageView.Mark.DONE,
        view.texts().get("mailbox_title"),
        view.texts().get(key).replace("{email}", email));
  }

  private static ApiResponse forgot(PageView view, String email, String problem) {
    return view.page(
        problem.isEmpty() ? 200 : 400,
        view.texts().get("forgot_title"),
        "forgot.html",
        Map.of("email", email, "problem", problem));
  }

  private ApiResponse requestReset(ApiRequest request) {
    var view = forms.view(request);
    String entered = request.form().getOrDefault("email", "");
    try {
      var email = Email.parse(entered);
      resets.request(request.call(), email);
      return mailbox(view, "forgot_sent", email.address());
    } catch (InvalidValueException invalid) {
      return forgot(view, entered, view.texts().get("error.INVALID_EMAIL"));
    }
  }
}
