package com.ecommerce.user.core.verification;

/** What a token is good for. The names are stored. */
enum TokenPurpose {
  VERIFY_EMAIL,
  RESET_PASSWORD,
  /** Drops a pending email. Goes to the current address, whenever another one is asked for. */
  STOP_EMAIL_CHANGE,
  /** Gives a user the email back that another one took the place of. Goes to that address. */
  UNDO_EMAIL_CHANGE
}
