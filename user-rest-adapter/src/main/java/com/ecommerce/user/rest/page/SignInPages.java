package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.request.Workers;
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
  private final PasswordResets resets;
  private final BrowserForms forms;
  private final SignInForm signIn;

  SignInPages(UserCore core, BrowserForms forms, Workers workers) {
    this.users = core.users();
    this.resets = core.passwordResets();
    this.forms = forms;
    this.signIn = new SignInForm(core, forms, workers);
  }

  void addTo(Routes routes) {
    signIn.addTo(routes);
    routes
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

  private ApiResponse registration(
      ApiRequest request, Map<String, String> form, UserServiceException failure) {
    var view = forms.view(request);
    var values = new HashMap<String, Object>();
    for (String field : new String[] {"first_name", "last_name", "email"}) {
      values.put(field, form.getOrDefault(field, ""));
    }
    values.put("problem", "");
    BrowserForms.addErrors(values, view, failure, REGISTRATION);
    int status = failure == null ? 200 : request.status(failure);
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
