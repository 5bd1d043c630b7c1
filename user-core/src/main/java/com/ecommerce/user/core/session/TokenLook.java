package com.ecommerce.user.core.session;

import java.util.concurrent.CompletionStage;

/** A way to find out who calls with an access token. Thread-safe. */
@FunctionalInterface
public interface TokenLook {
  /**
   * Never blocks.
   *
   * @return fails with {@code CREDENTIALS_INVALID} or {@code SESSION_ENDED}
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
