package com.ecommerce.user.core.bulk;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;

/**
 * The result of one row of an import.
 *
 * @param user the user of the row; empty if the row failed, and for a user whom a dry run would
 *     create without an id in the row
 * @param failure the cause for which the row failed; empty otherwise
 */
public record ImportResult(
    Outcome outcome, Optional<UserId> user, Optional<UserServiceException> failure) {
  public ImportResult {
    requireNonNull(outcome, "outcome");
    requireNonNull(user, "user");
    requireNonNull(failure, "failure");
  }

  /** The effect of a row. */
  public enum Outcome {
    /** The user did not exist. */
    CREATED,
    /** Something of the user has changed. */
    UPDATED,
    /** Nothing has changed. */
    UNCHANGED,
    /** The row was refused, and nothing has changed. */
    FAILED
  }

  /** Returns the result of a row that was refused. */
  public static ImportResult failed(UserServiceException failure) {
    return new ImportResult(Outcome.FAILED, Optional.empty(), Optional.of(failure));
  }
}
