package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.request.RequestContext;
import org.jdbi.v3.core.Handle;

/**
 * A check of a call in the transaction of the guarded change. It lets one feature depend on a rule
 * of another. Implementations are thread-safe.
 */
@FunctionalInterface
public interface TransactionCheck {
  /** A check that every call passes. */
  TransactionCheck NONE = (tx, call) -> {};

  /**
   * Checks the call. An exception rolls the transaction back.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException when the rule is broken
   */
  void require(Handle tx, RequestContext call);
}
