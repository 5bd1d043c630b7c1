package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Conditions;
import java.util.function.Supplier;

/**
 * Runs changes that depend on an earlier read (optimistic locking). Such a change names the version
 * that it has read, and is repeated with the current version if another client has changed the
 * resource in between. Without this, a part that was left out as unchanged could be combined with a
 * part of the other client's change. Stateless.
 */
final class ReadAndChange {
  /**
   * The maximum number of attempts. Each failed attempt means that another client has made a
   * change.
   */
  private static final int MAX_TRIES = 10;

  private ReadAndChange() {}

  /**
   * Runs a change until it succeeds, up to {@value #MAX_TRIES} times.
   *
   * @param change reads the resource, then changes it if it still has the version that was read
   * @throws UserServiceException with {@code VERSION_MISMATCH} when the client named a version that
   *     is not the current one, or another client was faster each time
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
