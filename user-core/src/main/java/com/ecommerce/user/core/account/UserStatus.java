package com.ecommerce.user.core.account;

/** The status of a user's account. The names are stored. */
public enum UserStatus {
  /** May do everything a user may; the email is verified. */
  ACTIVE,
  /** New; the email is not verified yet. May log in. */
  PENDING_VERIFICATION,
  /** Closed by the user or by staff; can be opened again. */
  DEACTIVATED,
  /** Closed by staff for a time. */
  SUSPENDED,
  /** Closed by staff for good. */
  BANNED;

  /** Returns whether the user may log in. */
  public boolean isOpen() {
    return this == ACTIVE || this == PENDING_VERIFICATION;
  }
}
