package com.ecommerce.user.core.access;

import static com.ecommerce.user.core.access.Operation.Who.ADMINS;
import static com.ecommerce.user.core.access.Operation.Who.ANYONE;
import static com.ecommerce.user.core.access.Operation.Who.OWNER;
import static com.ecommerce.user.core.access.Operation.Who.OWNER_AND_SUPPORT;
import static com.ecommerce.user.core.access.Operation.Who.SIGNED_IN;
import static com.ecommerce.user.core.access.Operation.Who.SUPPORT;

/**
 * The table of rights: each operation, the callers who may perform it, and whether it requires a
 * recently verified password. Transports ask {@link Access} before they look at the rest of a
 * request. The use cases check for a recent verification, since it depends on the state of the
 * session.
 */
public enum Operation {
  CHECK_HEALTH(ANYONE),
  LOG_IN(ANYONE),
  REFRESH_TOKEN(ANYONE),
  /** Needs the session of the call, or a refresh token in the request. */
  LOG_OUT(ANYONE),
  /** Requires the password in the request in addition to the session of the call. */
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
  /**
   * Required in addition to the right of an update when the update changes the email or the pending
   * email.
   */
  CHANGE_EMAIL(OWNER, Proof.RECENT),
  UPDATE_PROFILE(OWNER),
  CHANGE_ADDRESSES(OWNER),
  CHANGE_PREFERENCES(OWNER),
  VERIFY_EMAIL(OWNER),
  /** Requires the current password, too, whoever the caller is. */
  CHANGE_PASSWORD(OWNER),
  DEACTIVATE_USER(OWNER),
  DELETE_USER(OWNER, Proof.RECENT),
  LIST_SESSIONS(OWNER),
  /** Ends a single session. */
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
   * Returns whether the request itself proves who the caller is. In that case, invalid access
   * credentials are ignored, since a client that renews an expired token has no others.
   */
  public boolean bringsOwnProof() {
    return switch (this) {
      case LOG_IN, REFRESH_TOKEN, LOG_OUT, VALIDATE_TOKEN, ISSUE_SERVICE_TOKEN -> true;
      default -> false;
    };
  }

  /**
   * Returns whether a user's session must have verified the password recently, in addition to
   * having the right. That applies to operations with which a stolen access token could take over
   * the account: changing the email, deleting the account, ending all its sessions, and adding
   * another way to sign in. Admins, services and trusted callers without a session are exempt. The
   * use cases check this in their transactions.
   */
  public boolean needsRecentProof() {
    return proof == Proof.RECENT;
  }

  /** A requirement on how recently the session has verified the password. */
  private enum Proof {
    NONE,
    RECENT
  }

  /** The callers that may perform an operation. Admins and services may perform all of them. */
  enum Who {
    ANYONE,
    /** Any user, for their own session. */
    SIGNED_IN,
    /** The user whom it is about. */
    OWNER,
    OWNER_AND_SUPPORT,
    SUPPORT,
    ADMINS
  }
}
