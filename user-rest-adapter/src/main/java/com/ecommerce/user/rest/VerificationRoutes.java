package com.ecommerce.user.rest;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.verification.EmailVerifications;
import com.ecommerce.user.core.verification.MailRequest;

/** Proving that an email belongs to its user. */
final class VerificationRoutes {
  private final EmailVerifications verifications;

  VerificationRoutes(EmailVerifications verifications) {
    this.verifications = verifications;
  }

  void addTo(Routes routes) {
    routes
        .on("POST", "/api/users/{user_id}/verify-email", Operation.VERIFY_EMAIL, this::request)
        .open("POST", "/api/auth/verify-email", this::confirm);
  }

  /** Whether a mail is on its way, and the same in words. */
  private record MailRequestJson(boolean sent, String message) {}

  /** Whose email is verified now. */
  private record ConfirmedJson(String message, String userId) {}

  private Reply request(RestRequest request) {
    MailRequest mail = verifications.request(request.call(), request.user());
    return Reply.json(200, new MailRequestJson(mail.sent(), mail.message()));
  }

  private Reply confirm(RestRequest request) {
    var fields = request.body();
    String token = fields.parse("token", AuthRoutes::required);
    fields.violations().throwIfAny();
    var user = verifications.confirm(request.call(), token);
    return Reply.json(200, new ConfirmedJson("The email is verified.", user.toString()));
  }
}
