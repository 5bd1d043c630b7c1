package com.ecommerce.user.core.preference;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;

/**
 * The preferences of users about notifications and privacy. Thread-safe; changes of one user's
 * preferences happen one after the other, so that none is lost.
 *
 * <p>Every method throws {@link UserServiceException} with {@code USER_NOT_FOUND}, {@code
 * DATABASE_UNAVAILABLE}, {@code DEADLINE_EXCEEDED} or {@code CALL_CANCELLED}.
 */
public interface Preferences {
  /** The user's choices, with {@link PreferenceSet#DEFAULT} for a user who never chose. */
  PreferenceSet get(RequestContext call, UserId userId);

  /** Changes what the patch sets, and returns all of it. */
  PreferenceSet update(RequestContext call, UserId userId, PreferencePatch patch);
}
