package com.ecommerce.user.core.account;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A search over email and names.
 *
 * @param query its words, each of which must match; empty to list by the filters alone
 * @param createdFrom inclusive
 * @param createdBefore exclusive
 */
public record UserSearch(
    String query,
    UserFilter filter,
    Optional<Instant> createdFrom,
    Optional<Instant> createdBefore) {
  /**
   * @throws UserServiceException with a violation on {@code created_at} when the range starts after
   *     its end
   */
  public UserSearch {
    if (createdFrom.isPresent()
        && createdBefore.isPresent()
        && createdFrom.get().isAfter(createdBefore.get())) {
      throw UserServiceException.invalid(
          List.of(
              new Violation(
                  "created_at",
                  "INVALID_RANGE",
                  "starts after its end (expected: start_time <= end_time)")));
    }
  }

  List<String> fingerprint() {
    return List.of(
        "search", query, filter.fingerprint(), createdFrom.toString(), createdBefore.toString());
  }
}
