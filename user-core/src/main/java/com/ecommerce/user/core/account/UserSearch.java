package com.ecommerce.user.core.account;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
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
    var violations = new Violations();
    checkRange(violations, "created_at", createdFrom, createdBefore);
    violations.throwIfAny();
  }

  /** Adds a violation when the range starts after its end. */
  public static void checkRange(
      Violations violations, String field, Optional<Instant> from, Optional<Instant> before) {
    if (from.isPresent() && before.isPresent() && from.get().isAfter(before.get())) {
      violations.add(
          field, "INVALID_RANGE", "starts after its end (expected: start_time <= end_time)");
    }
  }

  List<String> fingerprint() {
    return List.of(
        "search", query, filter.fingerprint(), createdFrom.toString(), createdBefore.toString());
  }
}
