package com.ecommerce.user.core.preference;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;

/**
 * The preferences of users about notifications and privacy. Thread-safe; the methods block. Changes
 * to one user's preferences are made one after the other, so that none is lost.
 *
 * <p>Every method throws {@link UserServiceException} with {@code USER_NOT_FOUND}, {@code
 * DATABASE_UNAVAILABLE}, {@code DEADLINE_EXCEEDED} or {@code CALL_CANCELLED}.
 */
public interface Preferences {
  /**
   * Returns the user's preferences, or {@link PreferenceSet#DEFAULT} for a user who never changed
   * any.
   */
  PreferenceSet get(RequestContext call, UserId userId);

  /** Applies the patch and returns all preferences of the user. */
  PreferenceSet update(RequestContext call, UserId userId, PreferencePatch patch);
}
