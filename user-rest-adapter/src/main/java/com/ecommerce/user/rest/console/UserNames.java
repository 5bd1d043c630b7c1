package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.bulk.UserBatches;
import com.ecommerce.user.core.bulk.UserKeys;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of the users who caused events, or whom events are about. Stateless. */
final class UserNames {
  private UserNames() {}

  /**
   * Returns the names of those who are users, by their ids. Services and deleted users are left
   * out.
   */
  static Map<String, String> of(UserBatches batches, RequestContext call, Stream<String> ids) {
    var users = ids.distinct().flatMap(id -> userId(id).stream()).limit(UserKeys.MAX).toList();
    return batches.get(call, new UserKeys(users, List.of(), List.of())).users().stream()
        .collect(Collectors.toMap(user -> user.id().toString(), user -> user.displayName()));
  }

  private static Optional<UserId> userId(String id) {
    try {
      return Optional.of(UserId.parse(id));
    } catch (InvalidValueException noUser) {
      return Optional.empty();
    }
  }
}
