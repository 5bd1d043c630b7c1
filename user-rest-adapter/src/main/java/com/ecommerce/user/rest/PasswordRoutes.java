package com.ecommerce.user.rest;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordPolicy.Person;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.verification.PasswordResets;
import java.util.concurrent.CompletionStage;

/** Changing a password that is known, and resetting one that is forgotten. */
final class PasswordRoutes {
  private final Passwords passwords;
  private final PasswordResets resets;

  PasswordRoutes(UserCore core) {
    this.passwords = core.passwords();
    this.resets = core.passwordResets();
  }

  void addTo(Routes routes) {
    routes
        .onAsync("POST", "/api/users/{user_id}/password", Operation.CHANGE_PASSWORD, this::change)
        .open("POST", "/api/auth/password-reset", this::requestReset)
        .openAsync("POST", "/api/auth/password-reset/confirm", this::reset);
  }

  private CompletionStage<Reply> change(RestRequest request) {
    var fields = request.body("old_password", "new_password", "new_password_confirm");
    Confirmations.require(fields, "new_password", "new_password_confirm");
    Password current = fields.parse("old_password", Password::parse);
    Password next = fields.parse("new_password", Password::parse);
    if (!fields.violations().isEmpty() && next != null) {
      // It is refused anyway; otherwise the core checks, which knows the person.
      passwords
          .policy()
          .checkChange(fields.violations(), "new_password", current, next, Person.unknown());
    }
    fields.violations().throwIfAny();
    return passwords
        .changeAsync(request.call(), request.user(), current, next)
        .thenApply(
            nothing ->
                Reply.json(
                    200, new MessageJson("The password is changed; other sessions have ended.")));
  }

  private Reply requestReset(RestRequest request) {
    var fields = request.body("email");
    Email email = fields.parse("email", Email::parse);
    fields.violations().throwIfAny();
    return Reply.json(200, new MessageJson(resets.request(request.call(), email).message()));
  }

  private CompletionStage<Reply> reset(RestRequest request) {
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
                Reply.json(200, new MessageJson("The password is set; all sessions have ended.")));
  }
}
