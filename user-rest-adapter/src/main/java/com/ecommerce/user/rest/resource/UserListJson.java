package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.rest.http.ApiRequest;
import java.util.List;
import java.util.Optional;

/**
 * One page of users.
 *
 * @param count the number of all matches; null when a search has too many to count
 * @param next the URL of the next page; null on the last
 * @param previous always null: pages can only be read forward
 */
record UserListJson(
    Optional<Long> count,
    Optional<String> next,
    Optional<String> previous,
    List<UserJson> results) {
  static UserListJson of(Page<User> page, ApiRequest request, Optional<String> publicUrl) {
    return new UserListJson(
        page.totalCount() == Page.NOT_COMPUTED ? Optional.empty() : Optional.of(page.totalCount()),
        page.nextToken().map(token -> Pages.next(token, request, publicUrl)),
        Optional.empty(),
        page.items().stream().map(UserJson::of).toList());
  }
}
