package com.ecommerce.user.rest.auth;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordPolicy.Person;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.verification.PasswordResets;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.resource.Confirmations;
import com.ecommerce.user.rest.resource.MessageJson;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The routes to change a known password and to reset a forgotten one. */
public final class PasswordRoutes {
  private final Users users;
  private final Passwords passwords;
  private final PasswordResets resets;

  public PasswordRoutes(UserCore core) {
    this.users = core.users();
    this.passwords = core.passwords();
    this.resets = core.passwordResets();
  }

  public void addTo(Routes routes) {
    routes
        .onAsync("POST", "/api/users/{user_id}/password", Operation.CHANGE_PASSWORD, this::change)
        .on(
            "POST",
            "/api/auth/password-reset",
            Operation.REQUEST_PASSWORD_RESET,
            this::requestReset)
        .onAsync("POST", "/api/auth/password-reset/confirm", Operation.RESET_PASSWORD, this::reset);
  }

  private CompletionStage<ApiResponse> change(ApiRequest request) {
    var fields = request.body("old_password", "new_password", "new_password_confirm");
    Confirmations.require(fields, "new_password", "new_password_confirm");
    Password current = fields.parse("old_password", Password::parse);
    Password next = fields.parse("new_password", Password::parse);
    if (!fields.violations().isEmpty() && next != null) {
      // The request is refused anyway, so the policy is checked here to report all violations.
      // Otherwise the core checks it, which knows the user's names.
      passwords
          .policy()
          .checkChange(fields.violations(), "new_password", current, next, Person.unknown());
    }
    fields.violations().throwIfAny();
    var refusal = request.conditions().refusalWithoutTag();
    if (refusal.isPresent()) {
      return users
          .getAsync(request.call(), request.user())
          .thenCompose(user -> CompletableFuture.failedStage(refusal.get()));
    }
    return passwords
        .changeAsync(request.call(), request.user(), current, next)
        .thenApply(
            nothing ->
                ApiResponse.json(
                    200, new MessageJson("The password is changed; other sessions have ended.")));
  }

  private ApiResponse requestReset(ApiRequest request) {
    var fields = request.body("email");
    Email email = fields.parse("email", Email::parse);
    fields.violations().throwIfAny();
    return ApiResponse.json(200, new MessageJson(resets.request(request.call(), email).message()));
  }

  private CompletionStage<ApiResponse> reset(ApiRequest request) {
    var fields = request.body("token", "new_password", "new_password_confirm");
    Confirmations.require(fields, "new_password", "new_password_confirm");
    String token = fields.parse("token", AuthRoutes::required);
    Password next = fields.parse("new_password", Password::parse);
    if (!fields.violations().isEmpty() && next != null) {
      passwords.policy().check(fields.violations(), "new_password", next, Person.unknown());
    }
    fields.violations().throwIfAny();
    return resets
        .resetAsync(request.call(), token, next)
        .thenApply(
            nothing ->
                ApiResponse.json(
                    200, new MessageJson("The password is set; all sessions have ended.")));
  }
}
