package com.ecommerce.user.core.account;

import com.ecommerce.user.core.call.Call;
import org.jdbi.v3.core.Handle;

/**
 * What another feature does in the same transaction when an account changes: queue a mail, end
 * sessions. An exception rolls the change back.
 */
public interface AccountObserver {
  default void onCreated(Handle tx, Call call, User user) {}

  default void onUpdated(Handle tx, Call call, User before, User after) {}

  /** Before the user's row goes; rows that reference it go with it. */
  default void onDeleted(Handle tx, Call call, User user) {}
}
