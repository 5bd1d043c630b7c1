package com.ecommerce.user.core.directory;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;

/**
 * Lists and searches of users. If there is a replica, they show its state, which may lag behind.
 * Pages continue after the last row of the previous page, so a deep page costs the same as the
 * first, and users who are created or deleted meanwhile cause neither repetitions nor gaps.
 * Thread-safe; the methods block.
 */
public interface Directory {
  /**
   * Returns a page of the users that match the filter, with the exact count of all of them.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException with {@code INVALID_REQUEST} on
   *     {@code pagination.page_token} when the token belongs to another list
   */
  Page<User> list(RequestContext call, UserFilter filter, UserSort sort, PageRequest request);

  /**
   * Returns a page of the users that match the search, the best matches first: an email that equals
   * the query, then emails and names that begin with it, then all others; within each group, the
   * newest users come first. The count is exact up to 10,000 and {@link Page#NOT_COMPUTED} above
   * that.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException as {@link #list}
   */
  Page<User> search(RequestContext call, UserSearch search, PageRequest request);

  /**
   * Returns figures about all users, at a cost that does not grow with their number.
   *
   * @param days the number of days of registrations, up to today, in UTC: 1 to 31
   * @throws IllegalArgumentException if the number of days is out of range
   */
  DirectorySummary summary(RequestContext call, int days);
}
