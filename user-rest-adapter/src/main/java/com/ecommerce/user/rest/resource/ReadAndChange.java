package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Conditions;
import java.util.function.Supplier;

/**
 * Changes that depend on what was read before them. They name the version that they have read, and
 * are repeated with the next one when somebody else was faster (optimistic locking): a part that
 * was left out as unchanged could otherwise be combined with a part of another client's change.
 * Stateless.
 */
final class ReadAndChange {
  /** Each failure but the last means that another client made progress. */
  private static final int MAX_TRIES = 10;

  private ReadAndChange() {}

  /**
   * @param change reads, then changes what has the version that it has read
   * @throws UserServiceException with {@code VERSION_MISMATCH} when the client named a version that
   *     is not there, or others were faster each time
   */
  static ApiResponse repeated(Conditions conditions, Supplier<ApiResponse> change) {
    for (int tries = 1; ; tries++) {
      try {
        return change.get();
      } catch (UserServiceException failure) {
        boolean isOvertaken = failure.reason() == ErrorReason.VERSION_MISMATCH;
        if (!isOvertaken || conditions.namesVersions() || tries == MAX_TRIES) {
          throw failure;
        }
      }
    }
  }
}
