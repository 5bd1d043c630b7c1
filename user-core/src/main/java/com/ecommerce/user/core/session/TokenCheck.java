package com.ecommerce.user.core.session;

import java.util.concurrent.CompletionStage;

/** A check of an access token that has not started yet. Thread-safe. */
@FunctionalInterface
public interface TokenCheck {
  /**
   * Checks the token. Never blocks.
   *
   * @return the caller; fails with {@code CREDENTIALS_INVALID} or {@code SESSION_ENDED}
   */
  CompletionStage<Caller> find();

  /**
   * Returns whether the token's signature was verified before, so that {@link #find} costs little.
   * Never blocks.
   */
  default boolean isVerified() {
    return false;
  }
}
