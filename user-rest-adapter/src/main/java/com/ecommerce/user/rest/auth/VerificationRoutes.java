package com.ecommerce.user.rest.auth;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.verification.Confirmation;
import com.ecommerce.user.core.verification.EmailVerifications;
import com.ecommerce.user.core.verification.MailRequest;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;

/** The routes to prove that an email belongs to its user. */
public final class VerificationRoutes {
  private final Users users;
  private final EmailVerifications verifications;

  public VerificationRoutes(UserCore core) {
    this.users = core.users();
    this.verifications = core.emailVerifications();
  }

  public void addTo(Routes routes) {
    routes
        .on("POST", "/api/users/{user_id}/verify-email", Operation.VERIFY_EMAIL, this::request)
        .on("POST", "/api/auth/verify-email", Operation.CONFIRM_EMAIL_VERIFICATION, this::confirm);
  }

  /** The response to a request for a mail: whether one will be sent, and a message for people. */
  private record MailRequestJson(boolean sent, String message) {}

  /** The response to a confirmation, with the user whose email is now verified. */
  private record ConfirmedJson(String message, String userId) {}

  private ApiResponse request(ApiRequest request) {
    var user = request.user();
    request.conditions().requireWithoutTag(() -> users.get(request.call(), user));
    MailRequest mail = verifications.request(request.call(), user);
    return ApiResponse.json(200, new MailRequestJson(mail.sent(), mail.message()));
  }

  /**
   * Confirms an email. The mailed token is enough; if the request has an access token of the user,
   * sessions do not end.
   */
  private ApiResponse confirm(ApiRequest request) {
    var fields = request.body("token");
    String token = fields.parse("token", AuthRoutes::required);
    fields.violations().throwIfAny();
    return confirmed(verifications.confirmEmail(request.call(), token));
  }

  private static ApiResponse confirmed(Confirmation confirmation) {
    String message =
        confirmation.endedSessions() > 0
            ? "The email is verified. All earlier sessions were ended."
            : "The email is verified.";
    return ApiResponse.json(200, new ConfirmedJson(message, confirmation.user().toString()));
  }
}
