package com.ecommerce.user.core.bulk;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Imports users from other systems. Thread-safe.
 *
 * <p>A row updates the user with its id; without an id, the user with its external id, or else with
 * its email. If there is none, it creates a user. Only fields that the row has are written. A row
 * that is the same as the one that the user was last imported from writes nothing, whatever was
 * changed here since. Each row that writes something is recorded as {@code user.imported} in the
 * event log.
 *
 * <p>A password hash replaces the password if the hash is another one than at the last import, so
 * that a repeated import neither reverts a password that was changed here nor a hash that a sign-in
 * has rewritten. A password that changes ends the sessions of its user.
 */
public interface UserImports {
  /** The maximum number of rows of a call. */
  int MAX_ROWS = 500;

  /**
   * Imports users, all in one transaction. Never blocks the calling thread.
   *
   * @param rows at most {@link #MAX_ROWS}, each of which is read on the thread that writes them; a
   *     {@link UserServiceException} that one throws becomes its result. Passwords that have to be
   *     hashed take their time one after the other
   * @return a result for each row, in their order. A row that fails leaves the others as they are.
   *     Reasons are {@code INVALID_REQUEST}, {@code EMAIL_TAKEN}, {@code EXTERNAL_ID_TAKEN}, {@code
   *     ADDRESS_TYPE_MISMATCH}, {@code ADDRESS_ID_TAKEN}, and {@code PASSWORD_MISMATCH} for a test
   *     password that does not match the hash.
   *     <p>Fails as a whole, with none of the rows written, with {@code DATABASE_UNAVAILABLE},
   *     {@code DEADLINE_EXCEEDED}, {@code CALL_CANCELLED}, {@code HASHING_BUSY} or {@code
   *     SERVER_BUSY}
   * @throws IllegalArgumentException if there are too many rows
   */
  CompletionStage<List<ImportResult>> importAsync(
      RequestContext call, ImportOptions options, List<? extends Supplier<ImportedUser>> rows);

  /**
   * Records the end of an import in the security log. The import may have taken many calls of
   * {@link #importAsync}.
   *
   * @param rows the number of rows with each outcome; an outcome that is missing counts as zero
   */
  void logEnd(RequestContext call, ImportOptions options, Map<ImportResult.Outcome, Long> rows);
}
