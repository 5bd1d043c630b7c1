package com.ecommerce.user.core.directory;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;

/**
 * Lists and searches of users; where there is a replica, of as old a state as it has. Pages
 * continue after the last row they showed, so a deep page costs what the first costs, and users who
 * come and go meanwhile neither repeat nor hide others. Thread-safe.
 */
public interface Directory {
  /**
   * One page of the users that the filter admits, with the exact count of all of them.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException with {@code INVALID_REQUEST} on
   *     {@code pagination.page_token} when the token belongs to another list
   */
  Page<User> list(RequestContext call, UserFilter filter, UserSort sort, PageRequest request);

  /**
   * One page of the users that match, the best first: an email that is the query, then emails and
   * names that begin with it, then the rest; within each the newest first. The count is exact up to
   * 10,000, above it {@link Page#NOT_COMPUTED}.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException as {@link #list}
   */
  Page<User> search(RequestContext call, UserSearch search, PageRequest request);
}
