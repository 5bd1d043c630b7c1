package com.ecommerce.user.core.internal;

import com.ecommerce.user.core.call.Call;
import org.jdbi.v3.core.Handle;

/**
 * A rule that a call must keep, looked at in the transaction of what the rule guards. It lets one
 * feature ask for what another one knows. Implementations are thread-safe.
 */
@FunctionalInterface
public interface TransactionCheck {
  /** Lets every call pass. */
  TransactionCheck NONE = (tx, call) -> {};

  /**
   * Lets the call pass, or throws, which rolls the transaction back.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException when the rule is broken
   */
  void require(Handle tx, Call call);
}
