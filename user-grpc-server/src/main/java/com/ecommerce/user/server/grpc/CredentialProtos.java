package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.credential.PasswordPolicy.Person;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.verification.MailRequest;
import com.ecommerce.user.v1.ChangePasswordRequest;
import com.ecommerce.user.v1.ConfirmEmailVerificationResponse;
import com.ecommerce.user.v1.RequestPasswordResetResponse;
import com.ecommerce.user.v1.ResetPasswordRequest;
import com.ecommerce.user.v1.VerifyEmailResponse;

/**
 * Converts between the messages of {@code user.v1} about passwords and tokens and types of the
 * core.
 */
final class CredentialProtos {
  private CredentialProtos() {}

  /** A change of a password. */
  record PasswordChange(UserId id, Password current, Password next) {}

  /**
   * Returns the change.
   *
   * @param policy checks the new password of a request that is refused anyway, to report all
   *     violations. Otherwise the core checks it, which knows the user's names.
   */
  static PasswordChange passwordChange(ChangePasswordRequest request, PasswordPolicy policy) {
    var violations = new Violations();
    var change =
        new PasswordChange(
            violations.parse("user_id", request.getUserId(), UserId::parse),
            violations.parse("current_password", request.getCurrentPassword(), Password::parse),
            violations.parse("new_password", request.getNewPassword(), Password::parse));
    if (!violations.isEmpty() && change.next() != null) {
      policy.checkChange(
          violations, "new_password", change.current(), change.next(), Person.unknown());
    }
    violations.throwIfAny();
    return change;
  }

  /** A password to set with a mailed token. */
  record PasswordReset(String token, Password next) {}

  /**
   * Returns the reset.
   *
   * @param policy as for {@link #passwordChange}
   */
  static PasswordReset passwordReset(ResetPasswordRequest request, PasswordPolicy policy) {
    var violations = new Violations();
    var reset =
        new PasswordReset(
            violations.parse("token", request.getToken(), CredentialProtos::required),
            violations.parse("new_password", request.getNewPassword(), Password::parse));
    if (!violations.isEmpty() && reset.next() != null) {
      policy.check(violations, "new_password", reset.next(), Person.unknown());
    }
    violations.throwIfAny();
    return reset;
  }

  /** Returns the only required field of a request, unchanged. */
  static String required(String field, String raw) {
    return Violations.parsed(field, raw, CredentialProtos::required);
  }

  /** Returns a required text, unchanged. */
  static String required(String raw) {
    if (raw.isEmpty()) {
      throw InvalidValueException.required();
    }
    return raw;
  }

  static VerifyEmailResponse verification(MailRequest request) {
    return VerifyEmailResponse.newBuilder()
        .setSent(request.sent())
        .setMessage(request.message())
        .build();
  }

  static ConfirmEmailVerificationResponse verified(UserId id) {
    return ConfirmEmailVerificationResponse.newBuilder()
        .setVerified(true)
        .setUserId(id.toString())
        .build();
  }

  static RequestPasswordResetResponse reset(MailRequest request) {
    return RequestPasswordResetResponse.newBuilder()
        .setSent(request.sent())
        .setMessage(request.message())
        .build();
  }
}
