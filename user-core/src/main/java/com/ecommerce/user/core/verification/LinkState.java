package com.ecommerce.user.core.verification;

/** The state of a mailed link. */
public enum LinkState {
  /** It has not been used and can be. */
  USABLE,
  /** It was used. */
  USED,
  /** It can no longer be used, because of a newer link or a later change of the account. */
  REPLACED,
  /** Its time is over. */
  EXPIRED,
  /** There is no such link: it was never sent, or deleted with its account or after its time. */
  UNKNOWN
}
