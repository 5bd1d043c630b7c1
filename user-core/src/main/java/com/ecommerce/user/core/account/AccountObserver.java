package com.ecommerce.user.core.account;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.internal.CombinedStatement;
import com.ecommerce.user.core.value.UserId;
import org.jdbi.v3.core.Handle;

/**
 * Lets another feature act in the same transaction when an account changes: queue a mail, end
 * sessions. An exception rolls the change back.
 */
public interface AccountObserver {
  /**
   * Adds what else there is to write to the statement that will create the user.
   *
   * @param creation the user is not there before it has run
   */
  default void onCreating(CombinedStatement creation, Call call, User user) {}

  /**
   * Called when a caller without rights tried to register with the email of an existing user, which
   * must not be revealed to the caller.
   *
   * @param owner the user who has it
   */
  default void onRegistrationOfTaken(Handle tx, UserId owner, Email email) {}

  /**
   * Called when the owner of the mailbox takes over an account that somebody else may have created.
   * Implementations delete the data that this person may have entered.
   */
  default void onReclaimed(Handle tx, Call call, User user) {}

  default void onUpdated(Handle tx, Call call, User before, User after) {}

  /** Before the user's row goes; rows that reference it go with it. */
  default void onDeleted(Handle tx, Call call, User user) {}
}
