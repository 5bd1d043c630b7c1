package com.ecommerce.user.core.event;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The kind of an event in the life of a user. The codes are stored and never change. */
public enum EventType {
  USER_CREATED("user.created"),
  USER_UPDATED("user.updated"),
  /** An email was proven: the current one, or a pending one that is now current. */
  USER_EMAIL_CONFIRMED("user.email_confirmed"),
  USER_DEACTIVATED("user.deactivated"),
  USER_REACTIVATED("user.reactivated"),
  USER_DELETED("user.deleted"),
  /**
   * A row of an import created or changed the user. A change of an existing user is also recorded
   * as {@link #USER_UPDATED}.
   */
  USER_IMPORTED("user.imported"),
  SESSION_STARTED("session.started"),
  SESSION_ENDED("session.ended"),
  /** The user verified the password again within a session. */
  SESSION_REAUTHENTICATED("session.reauthenticated"),
  /** A refresh token was reused, so it or its successor has been stolen. */
  SESSION_REUSE_DETECTED("session.reuse_detected"),
  PASSWORD_CHANGED("user.password_changed"),
  /** The password was removed without a new one, since somebody else may know it. */
  PASSWORD_REMOVED("user.password_removed"),
  /** Staff had a link mailed to the user that verifies the email. */
  VERIFICATION_REQUESTED("user.verification_requested"),
  /** Staff had a link mailed to the user that sets a new password. */
  PASSWORD_RESET_REQUESTED("user.password_reset_requested"),
  /** The password was set with a mailed token. */
  PASSWORD_RESET("user.password_reset"),

  /** Passwords were wrong or refused; the reason states how many, and from which networks. */
  LOGIN_FAILED("login.failed"),
  /**
   * After many wrong passwords, the account refuses networks from which its user never signed in.
   */
  LOGIN_GUESSING_DETECTED("login.guessing_detected"),
  /** The user was denied access; the reason states how often, and from which networks. */
  ACCESS_DENIED("access.denied"),
  /** Recorded in addition to the update or creation; the reason contains the roles. */
  USER_ROLES_CHANGED("user.roles_changed"),
  /**
   * This event and the next ones are about a service client, whose id takes the place of a user's
   * id.
   */
  CLIENT_CREATED("client.created"),
  CLIENT_SECRET_ROTATED("client.secret_rotated"),
  CLIENT_DELETED("client.deleted"),
  /**
   * A wrong secret was presented for a service client; the reason states how often, and from which
   * networks.
   */
  CLIENT_LOGIN_FAILED("client.login_failed"),

  /**
   * This event and the next ones are about a webhook endpoint, whose id takes the place of a user's
   * id. Webhooks do not deliver them.
   */
  WEBHOOK_CREATED("webhook.created"),
  WEBHOOK_UPDATED("webhook.updated"),
  WEBHOOK_SECRET_ROTATED("webhook.secret_rotated"),
  /** Paused by a caller, or by the service because the endpoint failed or answered 410 (Gone). */
  WEBHOOK_PAUSED("webhook.paused"),
  WEBHOOK_RESUMED("webhook.resumed"),
  WEBHOOK_DELETED("webhook.deleted"),
  /** A caller had events sent again. */
  WEBHOOK_REDELIVERED("webhook.redelivered"),

  ADDRESS_ADDED("address.added"),
  /** An address was changed, apart from whether it is a default. */
  ADDRESS_UPDATED("address.updated"),
  /** An address became a default, or is no longer one; nothing else of it changed. */
  ADDRESS_DEFAULT_CHANGED("address.default_changed"),
  ADDRESS_DELETED("address.deleted"),

  PREFERENCES_UPDATED("preferences.updated");

  /** The codes of all types. */
  public static final Set<String> CODES =
      Arrays.stream(values())
          .map(EventType::code)
          .collect(Collectors.toCollection(LinkedHashSet::new));

  private final String code;

  EventType(String code) {
    this.code = code;
  }

  public String code() {
    return code;
  }
}
