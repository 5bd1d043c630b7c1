package com.ecommerce.user.core.credential;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.value.UserId;
import org.jdbi.v3.core.Handle;

/**
 * What another feature does, in the same transaction, when sign-ins of a user are out of the
 * ordinary: queue a notice. An exception rolls the transaction back.
 */
public interface SignInObserver {
  /**
   * The user has signed in from a network and a device that the account does not know.
   *
   * @param deviceName as the client gave it; may be empty
   */
  void onNewOrigin(Handle tx, Call call, UserId user, String deviceName);

  /**
   * So many wrong passwords were tried that networks are now shut out from which the user never
   * signed in. Called again each time that this begins, once an hour at most unless right passwords
   * come between.
   */
  void onGuessing(Handle tx, Call call, UserId user);
}
