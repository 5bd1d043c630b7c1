package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import org.jdbi.v3.core.Handle;

/**
 * Lets another feature act when sign-ins of a user are unusual, for example queue a notice. The
 * methods are called in the transaction of the sign-in, and an exception rolls it back.
 */
public interface SignInListener {
  /**
   * Called when the user signed in from a network and with a device that are both new to the
   * account.
   *
   * @param deviceName the name that the client sent; may be empty
   */
  void onNewOrigin(Handle tx, RequestContext call, UserId user, String deviceName);

  /**
   * Called when, after many wrong passwords, the account begins to refuse networks from which the
   * user never signed in. That happens at most once an hour unless right passwords come in between.
   */
  void onGuessing(Handle tx, RequestContext call, UserId user);
}
