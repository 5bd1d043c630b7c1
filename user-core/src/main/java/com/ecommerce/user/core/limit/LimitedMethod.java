package com.ecommerce.user.core.limit;

import com.ecommerce.user.core.request.RequestKind;
import java.util.Locale;
import java.util.Optional;

/**
 * The table of methods: each method of the gRPC services, with the limits that apply to it and to
 * the REST routes that do the same. Both transports count calls together.
 */
public enum LimitedMethod {
  CREATE_USER(RequestKind.ACCOUNTS, Size.RECORD),
  GET_USER(RequestKind.ACCOUNTS, Size.ID),
  GET_USER_BY_EMAIL(RequestKind.ACCOUNTS, Size.ID),
  UPDATE_USER(RequestKind.ACCOUNTS, Size.PROFILE),
  DELETE_USER(RequestKind.ACCOUNTS, Size.TEXT),
  LIST_USERS(RequestKind.DIRECTORY, Size.TEXT),
  SEARCH_USERS(RequestKind.DIRECTORY, Size.TEXT),
  UPDATE_USER_PROFILE(RequestKind.ACCOUNTS, Size.PROFILE),
  ADD_USER_ADDRESS(RequestKind.ADDRESSES, Size.RECORD),
  UPDATE_USER_ADDRESS(RequestKind.ADDRESSES, Size.RECORD),
  DELETE_USER_ADDRESS(RequestKind.ADDRESSES, Size.ID),
  LIST_USER_ADDRESSES(RequestKind.ADDRESSES, Size.ID),
  SET_DEFAULT_ADDRESS(RequestKind.ADDRESSES, Size.ID),
  VERIFY_EMAIL(RequestKind.MAILED_LINKS, Size.ID),
  CONFIRM_EMAIL_VERIFICATION(RequestKind.MAILED_LINKS, Size.TEXT),
  CHANGE_PASSWORD(RequestKind.SESSIONS, Size.TEXT),
  REQUEST_PASSWORD_RESET(RequestKind.MAILED_LINKS, Size.ID),
  RESET_PASSWORD(RequestKind.MAILED_LINKS, Size.TEXT),
  GET_USER_PREFERENCES(RequestKind.PREFERENCES, Size.ID),
  UPDATE_USER_PREFERENCES(RequestKind.PREFERENCES, Size.TEXT),
  DEACTIVATE_USER(RequestKind.ACCOUNTS, Size.TEXT),
  REACTIVATE_USER(RequestKind.ACCOUNTS, Size.ID),

  LOGIN(RequestKind.SESSIONS, Size.TEXT),
  REFRESH_TOKEN(RequestKind.SESSIONS, Size.TEXT),
  LOGOUT(RequestKind.SESSIONS, Size.TEXT),
  REAUTHENTICATE(RequestKind.SESSIONS, Size.TEXT),
  VALIDATE_TOKEN(RequestKind.SESSIONS, Size.TEXT),
  ISSUE_SERVICE_TOKEN(RequestKind.SESSIONS, Size.TEXT),
  LIST_SESSIONS(RequestKind.SESSIONS, Size.TEXT),
  REVOKE_SESSION(RequestKind.SESSIONS, Size.ID),
  REVOKE_ALL_SESSIONS(RequestKind.SESSIONS, Size.TEXT),

  /** No method: calls whose access token is no good, whatever they ask for. */
  BAD_TOKEN(RequestKind.SESSIONS, Size.TEXT);

  /**
   * The size limits of messages. Each is above the size of the largest valid request with four
   * bytes for each character; all except the last are several times that, to allow for decomposed
   * letters and white space around values.
   */
  private static final class Size {
    /** Ids, emails, flags. */
    static final int ID = 4 * 1024;

    /** A text, a token, a password, filters. */
    static final int TEXT = 16 * 1024;

    /** An address, or a new user. */
    static final int RECORD = 64 * 1024;

    /** A whole user: 20 social links of 2,048 characters each are 168 KiB at most. */
    static final int PROFILE = 256 * 1024;

    private Size() {}
  }

  private final String title = title(name());
  private final RequestKind kind;
  private final int maxMessageBytes;

  LimitedMethod(RequestKind kind, int maxMessageBytes) {
    this.kind = kind;
    this.maxMessageBytes = maxMessageBytes;
  }

  private static String title(String name) {
    var title = new StringBuilder();
    for (String word : name.split("_")) {
      title.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return title.toString();
  }

  /** Returns the kind of the method's calls, by which they share workers. */
  public RequestKind kind() {
    return kind;
  }

  /**
   * Returns the maximum size of a request message of this method in bytes, uncompressed and encoded
   * as protobuf. All valid requests are smaller; a larger one is refused before it is parsed.
   */
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  /** Returns the name that the {@code .proto} files use, such as {@code CreateUser}. */
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
