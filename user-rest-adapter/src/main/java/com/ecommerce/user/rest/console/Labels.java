package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.webhook.Webhooks;
import com.ecommerce.user.rest.page.PageView;
import java.text.NumberFormat;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Converts values of the core, such as constants and codes, to texts of the console, which is in
 * English.
 */
final class Labels {
  private Labels() {}

  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Returns a code such as {@code user.roles_changed} in words: "User roles changed". */
  static String words(String code) {
    return sentence(code.replace('.', ' ').replace('_', ' ').toLowerCase(Locale.ROOT));
  }

  /** Returns a label with a small first letter, for the middle of a sentence. */
  static String inSentence(String label) {
    return label.substring(0, 1).toLowerCase(Locale.ROOT) + label.substring(1);
  }

  static String words(Enum<?> constant) {
    return words(constant.name());
  }

  static List<String> roles(Collection<Role> roles) {
    return Role.highestFirst(roles).map(Labels::words).toList();
  }

  /** Returns the CSS class of the badge for a status. */
  static String badge(UserStatus status) {
    return switch (status) {
      case ACTIVE -> "badge-done";
      case PENDING_VERIFICATION -> "badge-waiting";
      case DEACTIVATED -> "";
      case SUSPENDED, BANNED -> "badge-failed";
    };
  }

  static String number(long number) {
    return NumberFormat.getIntegerInstance(Locale.ENGLISH).format(number);
  }

  /** Returns a number with its noun: "1 user", "1,024 users". */
  static String count(long number, String noun) {
    return number(number) + " " + noun + (number == 1 ? "" : "s");
  }

  /** Returns the text for a failure that does not belong to a single input. */
  static String text(PageView view, UserServiceException failure) {
    return switch (failure.reason()) {
      case ACCESS_DENIED -> "Your role does not allow this, or it is your own account.";
      case USER_NOT_FOUND -> "There is no such user. Somebody may have deleted the account.";
      case VERSION_MISMATCH ->
          "Somebody else changed this user after you opened the page. Compare your entries with"
              + " the current values, and save again.";
      case INVALID_REQUEST -> failure.getMessage();
      case USER_SUSPENDED -> "The user is suspended.";
      case USER_BANNED -> "The user is banned.";
      case SESSION_NOT_FOUND -> "This session has ended already.";
      case LAST_ADMIN -> "This is the only active admin. Make another user an admin first.";
      case WEBHOOK_NOT_FOUND -> "There is no such webhook endpoint. Somebody may have deleted it.";
      case WEBHOOK_LIMIT_REACHED ->
          "The limit of "
              + Webhooks.MAX_ENDPOINTS
              + " endpoints is reached. Delete one to add another.";
      case WEBHOOK_DELIVERY_NOT_FOUND ->
          "This event is not in the list any more. Send the events after its position again.";
      case POSITION_OUT_OF_RANGE ->
          "The events after this position are not kept any more, or the position was lost when the"
              + " database was restored.";
      case IDEMPOTENCY_KEY_REUSED ->
          "This form was sent before, with other entries. Open the form again.";
      case RATE_LIMITED -> "The limit of mails to this address is reached. Try again later.";
      default -> view.text(failure);
    };
  }

  /** Returns the text for an entry that violates a rule. */
  static String text(PageView view, Violation violation) {
    return switch (violation.rule()) {
      case "INVALID_URL", "INVALID_POSITION", "UNKNOWN_VALUE", "UNSUPPORTED" ->
          sentence(violation.message());
      default -> view.text(violation);
    };
  }

  /** Returns a message of the core as a text of its own, which begins with a capital letter. */
  static String sentence(String message) {
    return message.isEmpty()
        ? ""
        : message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1);
  }

  /** Returns the values with which templates show a user. */
  static Map<String, Object> person(User user) {
    var person = new HashMap<String, Object>();
    String name = user.fullName().isEmpty() ? user.displayName() : user.fullName();
    person.put("id", user.id().toString());
    person.put("name", name);
    person.put("initial", initial(name));
    person.put("email", user.email().address());
    person.put("status", words(user.status()));
    person.put("status_badge", badge(user.status()));
    person.put("roles", roles(user.roles()));
    return person;
  }

  private static String initial(String name) {
    return Character.toString(name.codePointAt(0)).toUpperCase(Locale.ROOT);
  }
}
