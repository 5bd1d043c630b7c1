package com.ecommerce.user.core.internal.verification;

/** The purpose of a token. The names are stored. */
public enum TokenPurpose {
  VERIFY_EMAIL,
  RESET_PASSWORD,
  /** Drops a pending email. Mailed to the current address whenever a change is requested. */
  STOP_EMAIL_CHANGE,
  /** Restores a user's previous email. Mailed to that address. */
  UNDO_EMAIL_CHANGE
}
