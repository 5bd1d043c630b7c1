package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;

/**
 * Translates failures of statements into errors for the caller. Constraint names are mapped to
 * reasons here and nowhere else.
 */
final class DatabaseFailures {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final String QUERY_CANCELED = "57014";
  private static final Set<String> RETRYABLE = Set.of("40001", "40P01");

  private static final Map<String, UserServiceException> BY_CONSTRAINT =
      Map.of(
          "users_email_key",
          UserServiceException.alreadyExists(
              ErrorReason.EMAIL_TAKEN,
              "email",
              "email: taken (expected: an address that no user has)"),
          "users_external_id_key",
          UserServiceException.alreadyExists(
              ErrorReason.EXTERNAL_ID_TAKEN,
              "external_id",
              "external_id: taken (expected: one that no user has)"),
          "addresses_pkey",
          UserServiceException.alreadyExists(
              ErrorReason.ADDRESS_ID_TAKEN,
              "addresses.id",
              "addresses.id: taken (expected: one that no address has)"),
          "service_clients_name_key",
          UserServiceException.alreadyExists(
              ErrorReason.CLIENT_NAME_TAKEN,
              "name",
              "name: taken (expected: one that no service client has)"));

  private DatabaseFailures() {}

  /**
   * Returns whether the failure is a deadlock or a serialization failure, after which the same
   * transaction may succeed.
   */
  static boolean isRetryable(RuntimeException failure) {
    return state(failure).filter(RETRYABLE::contains).isPresent();
  }

  static boolean isCancelledStatement(RuntimeException failure) {
    return state(failure).filter(QUERY_CANCELED::equals).isPresent();
  }

  /**
   * Returns the exception to throw: one that the caller can act on, or else the given one, which is
   * a defect.
   */
  static RuntimeException translate(RuntimeException failure) {
    var sql = sqlFailure(failure);
    if (sql.isEmpty()) {
      return failure;
    }
    if (sql.flatMap(Outage::of).isPresent()) {
      return unavailable();
    }
    return constraint(sql.get())
        .map(BY_CONSTRAINT::get)
        .map(RuntimeException.class::cast)
        .orElse(failure);
  }

  /** Returns the failure of a call that may succeed when the database answers again. */
  static UserServiceException unavailable() {
    return UserServiceException.retryLater(
        ErrorReason.DATABASE_UNAVAILABLE,
        "the database is unavailable (expected: a retry)",
        RETRY_AFTER);
  }

  private static Optional<String> constraint(SQLException failure) {
    boolean answered =
        failure instanceof PSQLException psql && psql.getServerErrorMessage() != null;
    return answered
        ? Optional.ofNullable(((PSQLException) failure).getServerErrorMessage().getConstraint())
        : Optional.empty();
  }

  /** Returns the SQL state of a failure, if there is one. */
  static Optional<String> state(RuntimeException failure) {
    return sqlFailure(failure).map(SQLException::getSQLState);
  }

  /** Returns the SQL failure of the statement or connection, if there is one. */
  static Optional<SQLException> sqlFailure(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean isOfBatch =
          cause instanceof BatchUpdateException && cause.getCause() instanceof SQLException;
      if (cause instanceof SQLException sql && !isOfBatch) {
        return Optional.of(sql);
      }
    }
    return Optional.empty();
  }
}
