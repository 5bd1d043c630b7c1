package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import org.jdbi.v3.core.Handle;

/**
 * Lets another feature act in the same transaction when a password changes: queue a notice, end
 * sessions. An exception rolls the change back.
 */
@FunctionalInterface
public interface PasswordListener {
  /**
   * @param call the call that changed it; the session of the call may continue, except after a
   *     reset
   * @param byReset whether a mailed token was used instead of the old password
   */
  void onPasswordChanged(Handle tx, RequestContext call, UserId user, boolean byReset);

  /**
   * Called when an import replaced the password.
   *
   * @param sendsMails whether mails may be queued
   */
  default void onPasswordImported(
      Handle tx, RequestContext call, UserId user, boolean sendsMails) {}

  /** Called when the password was removed. Nobody can log in until it is reset. */
  default void onPasswordRemoved(Handle tx, RequestContext call, UserId user) {}
}
