package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.rest.console.StaffRequest.Place;
import com.ecommerce.user.rest.http.ApiResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Asks staff for their own password before an action that gives power or reveals secrets, unless
 * they entered it recently, so that the session alone is not enough for whoever gets hold of it
 * (OWASP ASVS 5.0, 7.5.3). The form that asks has the fields of the action, which is performed once
 * the password is right. Thread-safe.
 */
final class PasswordPrompt {
  /** The time for which a password counts, which was entered at the sign-in or here. */
  static final Duration MAX_AGE = Duration.ofMinutes(15);

  private static final String PASSWORD = "own_password";
  private static final String WRONG =
      "This is not your password. Too many wrong ones are refused for a while.";

  private final Sessions sessions;

  PasswordPrompt(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Performs the action, or asks for the password. */
  ApiResponse require(
      StaffRequest staff, Map<String, String> form, ConsolePages.FormHandler action) {
    if (sessions.isProven(staff.call(), staff.session(), MAX_AGE)) {
      return action.handle(staff, form);
    }
    String entered = form.get(PASSWORD);
    if (entered == null) {
      return page(staff, form, "");
    }
    if (!isRight(staff, entered)) {
      return page(staff, form, WRONG);
    }
    return action.handle(staff, form);
  }

  private boolean isRight(StaffRequest staff, String entered) {
    try {
      sessions.reauthenticate(staff.call(), staff.caller(), Password.parse(entered));
      return true;
    } catch (InvalidValueException noPassword) {
      return false;
    } catch (UserServiceException failure) {
      if (failure.reason() != ErrorReason.PASSWORD_MISMATCH) {
        throw failure;
      }
      return false;
    }
  }

  /** Returns the form, with a status that asks for a better authentication, as in RFC 9470. */
  private static ApiResponse page(StaffRequest staff, Map<String, String> form, String error) {
    var values = staff.values();
    values.put("notice", "");
    values.put("action", staff.request().path().substring(1));
    values.put("email", staff.email());
    values.put("minutes", MAX_AGE.toMinutes());
    values.put("fields", fields(form));
    values.put("error", error);
    return staff.page(
        401, Place.of(staff.request()), "Enter your password", "password-prompt", values);
  }

  private static List<Map.Entry<String, String>> fields(Map<String, String> form) {
    return form.entrySet().stream()
        .filter(field -> !List.of("csrf", PASSWORD).contains(field.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .toList();
  }
}
