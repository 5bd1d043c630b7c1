package com.ecommerce.user.core.bulk;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;

/** Reads many users at once. Thread-safe; the method blocks. */
public interface UserBatches {
  /**
   * Returns the users with these keys, in any status. Users in memory are returned as {@link
   * com.ecommerce.user.core.account.Users} returns single ones; one query reads all others.
   *
   * @throws UserServiceException with {@code DATABASE_UNAVAILABLE}, {@code DEADLINE_EXCEEDED} or
   *     {@code CALL_CANCELLED}
   */
  FoundUsers get(RequestContext call, UserKeys keys);
}
