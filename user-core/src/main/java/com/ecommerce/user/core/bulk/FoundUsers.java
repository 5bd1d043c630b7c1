package com.ecommerce.user.core.bulk;

import com.ecommerce.user.core.account.User;
import java.util.List;

/**
 * The users that some keys find. Immutable.
 *
 * @param users the users, in the order of the keys: those found by id, by email, and by external
 *     id; a user appears once for each key
 * @param missing the keys without a user, in their order
 */
public record FoundUsers(List<User> users, UserKeys missing) {
  public FoundUsers {
    users = List.copyOf(users);
  }
}
