package com.ecommerce.user.core.access;

import static com.ecommerce.user.core.access.Operation.Who.ADMINS;
import static com.ecommerce.user.core.access.Operation.Who.ANYONE;
import static com.ecommerce.user.core.access.Operation.Who.OWNER;
import static com.ecommerce.user.core.access.Operation.Who.OWNER_AND_SUPPORT;
import static com.ecommerce.user.core.access.Operation.Who.SIGNED_IN;
import static com.ecommerce.user.core.access.Operation.Who.SUPPORT;

/**
 * The table of rights: everything that a caller may want to do, who may, and whether that needs a
 * recent proof of the password. Every transport asks {@link Access} before it looks at anything
 * else of a request; the proof is a matter of state, which the use cases look at.
 */
public enum Operation {
  CHECK_HEALTH(ANYONE),
  LOG_IN(ANYONE),
  REFRESH_TOKEN(ANYONE),
  /** Needs the session of the call, or a refresh token in the request. */
  LOG_OUT(ANYONE),
  /** Needs the password in the request, beside the session of the call. */
  REAUTHENTICATE(SIGNED_IN),
  /** Tells the holder of a token no more than using it would. */
  VALIDATE_TOKEN(ANYONE),
  /** Needs a client's secret in the request. */
  ISSUE_SERVICE_TOKEN(ANYONE),
  CREATE_USER(ANYONE),
  CONFIRM_EMAIL(ANYONE),
  REQUEST_PASSWORD_RESET(ANYONE),
  RESET_PASSWORD(ANYONE),

  READ_USER(OWNER_AND_SUPPORT),
  READ_ADDRESSES(OWNER_AND_SUPPORT),
  READ_PREFERENCES(OWNER_AND_SUPPORT),

  UPDATE_USER(OWNER),
  /** What an update of a user needs, too, when it changes the email or the pending one. */
  CHANGE_EMAIL(OWNER, Proof.RECENT),
  UPDATE_PROFILE(OWNER),
  CHANGE_ADDRESSES(OWNER),
  CHANGE_PREFERENCES(OWNER),
  VERIFY_EMAIL(OWNER),
  /** Whoever it is needs the current password, too. */
  CHANGE_PASSWORD(OWNER),
  DEACTIVATE_USER(OWNER),
  DELETE_USER(OWNER, Proof.RECENT),
  LIST_SESSIONS(OWNER),
  /** To end a single one. */
  REVOKE_SESSION(OWNER),
  REVOKE_ALL_SESSIONS(OWNER, Proof.RECENT),

  FIND_USER_BY_EMAIL(SUPPORT),
  LIST_USERS(SUPPORT),
  SEARCH_USERS(SUPPORT),

  REACTIVATE_USER(ADMINS),
  /** To create a user with another role than CUSTOMER. */
  CREATE_USER_WITH_ROLES(ADMINS),
  /** To update a user's roles or status. */
  UPDATE_ROLES_AND_STATUS(ADMINS);

  private final Who who;
  private final Proof proof;

  Operation(Who who) {
    this(who, Proof.NONE);
  }

  Operation(Who who, Proof proof) {
    this.who = who;
    this.proof = proof;
  }

  Who who() {
    return who;
  }

  /**
   * Whether the request itself carries what proves the caller. Then access credentials that are no
   * longer good do not matter: who renews an expired token has none but that one.
   */
  public boolean bringsOwnProof() {
    return switch (this) {
      case LOG_IN, REFRESH_TOKEN, LOG_OUT, VALIDATE_TOKEN, ISSUE_SERVICE_TOKEN -> true;
      default -> false;
    };
  }

  /**
   * Whether a user's session needs to have proven the password a short while ago, beside the right.
   * That holds for what would make a stolen access token as good as the account: another email, the
   * end of the account or of all its sessions, and another way to sign in. Admins, services and
   * trusted callers without a session are exempt. The use cases look at it in their transactions,
   * whatever the transport.
   */
  public boolean needsRecentProof() {
    return proof == Proof.RECENT;
  }

  /** How fresh the proof must be that the caller is the user. */
  private enum Proof {
    NONE,
    RECENT
  }

  /** Who may. Admins and services may everything. */
  enum Who {
    ANYONE,
    /** Any user with a session of the own. */
    SIGNED_IN,
    /** The user whom it is about. */
    OWNER,
    OWNER_AND_SUPPORT,
    SUPPORT,
    ADMINS
  }
}
