package com.ecommerce.user.core.limit;

import java.util.Locale;
import java.util.Optional;

/**
 * What can have a limit of its own: each method of the gRPC services, and so each REST route that
 * does the same. Both transports count together.
 */
public enum LimitedMethod {
  CREATE_USER,
  GET_USER,
  GET_USER_BY_EMAIL,
  UPDATE_USER,
  DELETE_USER,
  LIST_USERS,
  SEARCH_USERS,
  UPDATE_USER_PROFILE,
  ADD_USER_ADDRESS,
  UPDATE_USER_ADDRESS,
  DELETE_USER_ADDRESS,
  LIST_USER_ADDRESSES,
  SET_DEFAULT_ADDRESS,
  VERIFY_EMAIL,
  CONFIRM_EMAIL_VERIFICATION,
  CHANGE_PASSWORD,
  REQUEST_PASSWORD_RESET,
  RESET_PASSWORD,
  GET_USER_PREFERENCES,
  UPDATE_USER_PREFERENCES,
  DEACTIVATE_USER,
  REACTIVATE_USER,

  LOGIN,
  REFRESH_TOKEN,
  LOGOUT,
  VALIDATE_TOKEN,
  ISSUE_SERVICE_TOKEN,
  LIST_SESSIONS,
  REVOKE_SESSION,
  REVOKE_ALL_SESSIONS,

  /** No method: calls whose access token is no good, whatever they ask for. */
  BAD_TOKEN;

  private final String title = title(name());

  private static String title(String name) {
    var title = new StringBuilder();
    for (String word : name.split("_")) {
      title.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return title.toString();
  }

  /** As the {@code .proto} files spell it, such as {@code CreateUser}. */
  public String title() {
    return title;
  }

  /** The one with this title, in this spelling. */
  public static Optional<LimitedMethod> titled(String title) {
    for (LimitedMethod method : values()) {
      if (method.title.equals(title)) {
        return Optional.of(method);
      }
    }
    return Optional.empty();
  }
}
