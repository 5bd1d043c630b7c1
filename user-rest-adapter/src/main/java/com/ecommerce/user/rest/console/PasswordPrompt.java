package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.rest.console.StaffRequest.Place;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.page.BrowserForms;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Asks staff for their own password before an action that gives power or reveals secrets, unless
 * they entered it recently, so that the session alone is not enough for whoever gets hold of it
 * (OWASP ASVS 5.0, 7.5.3). The form that asks has the fields of the action, which is performed once
 * the password is right. A password that was entered counts for the cookie of that browser alone,
 * not for earlier copies of it. Thread-safe.
 */
final class PasswordPrompt {
  /** The time for which a password counts after it was entered, at the sign-in or here. */
  static final Duration MAX_AGE = Duration.ofMinutes(15);

  private static final String PASSWORD = "own_password";
  private static final String WRONG =
      "This is not your password. Too many wrong ones are refused for a while.";

  private final Sessions sessions;
  private final BrowserForms forms;

  PasswordPrompt(Sessions sessions, BrowserForms forms) {
    this.sessions = sessions;
    this.forms = forms;
  }

  /** Names the action and its object, such as "delete the user ada@example.com". */
  @FunctionalInterface
  interface Purpose {
    String of(StaffRequest staff, Map<String, String> form);
  }

  /** Performs the action, or asks for the password. */
  ApiResponse require(
      StaffRequest staff,
      Map<String, String> form,
      Purpose purpose,
      ConsolePages.FormHandler action) {
    if (isProven(staff)) {
      return action.handle(staff, form);
    }
    String entered = form.get(PASSWORD);
    if (entered == null) {
      return page(staff, form, purpose, "");
    }
    if (!isRight(staff, entered)) {
      return page(staff, form, purpose, WRONG);
    }
    forms.prove(staff.request());
    return action.handle(staff, form);
  }

  /**
   * Returns whether the password was entered recently, according to both the cookie and the
   * session.
   */
  private boolean isProven(StaffRequest staff) {
    return forms.isProven(staff.request(), MAX_AGE)
        && sessions.isProven(staff.call(), staff.session(), MAX_AGE);
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
  private static ApiResponse page(
      StaffRequest staff, Map<String, String> form, Purpose purpose, String error) {
    var values = staff.values();
    values.put("notice", "");
    values.put("action", staff.request().path().substring(1));
    values.put("email", staff.email());
    values.put("minutes", MAX_AGE.toMinutes());
    values.put("fields", fields(form));
    values.put("error", error);
    String title = "Enter your password to " + purpose.of(staff, form);
    return staff.page(401, Place.of(staff.request()), title, "password-prompt", values);
  }

  private static List<Map.Entry<String, String>> fields(Map<String, String> form) {
    return form.entrySet().stream()
        .filter(field -> !List.of("csrf", PASSWORD).contains(field.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .toList();
  }
}
