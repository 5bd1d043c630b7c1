package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.internal.db.MultiTableStatement;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Lets another feature act in the same transaction when an account changes: queue a mail, end
 * sessions. An exception rolls the change back.
 */
public interface AccountListener {
  /**
   * Called before a user is created; adds further inserts to the statement.
   *
   * @param creation the statement that creates the user, who does not exist before it is executed
   */
  default void onCreating(MultiTableStatement creation, RequestContext call, User user) {}

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
  default void onReclaimed(Handle tx, RequestContext call, User user) {}

  /** Called when a user was updated. */
  default void onUpdated(Handle tx, RequestContext call, User before, User after) {}

  /**
   * Called when an import created or changed an account.
   *
   * @param before empty for a new user
   * @param sendsMails whether mails may be queued
   */
  default void onImported(
      Handle tx, RequestContext call, Optional<User> before, User after, boolean sendsMails) {}

  /** Called before the user's row is deleted, together with the rows that reference it. */
  default void onDeleted(Handle tx, RequestContext call, User user) {}
}
