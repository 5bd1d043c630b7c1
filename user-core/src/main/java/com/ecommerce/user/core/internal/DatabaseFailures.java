package com.ecommerce.user.core.internal;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;

/**
 * What a failed statement means for the caller. Constraint names are mapped to reasons here and
 * nowhere else.
 */
final class DatabaseFailures {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final String QUERY_CANCELED = "57014";
  private static final Set<String> RETRYABLE = Set.of("40001", "40P01");

  /** Shutting down, crashed, starting, too many connections, read-only after a failover. */
  private static final Set<String> UNAVAILABLE =
      Set.of("57P01", "57P02", "57P03", "53300", "25006");

  private static final Map<String, UserServiceException> BY_CONSTRAINT =
      Map.of(
          "users_email_key",
          UserServiceException.alreadyExists(
              ErrorReason.EMAIL_TAKEN,
              "email",
              "email: taken (expected: an address that no user has)"),
          "service_clients_name_key",
          UserServiceException.alreadyExists(
              ErrorReason.CLIENT_NAME_TAKEN,
              "name",
              "name: taken (expected: one that no service client has)"));

  private DatabaseFailures() {}

  /** A deadlock or a serialization failure: the same transaction may well succeed. */
  static boolean isRetryable(RuntimeException failure) {
    return sqlCause(failure).map(SQLException::getSQLState).filter(RETRYABLE::contains).isPresent();
  }

  static boolean isCancelledStatement(RuntimeException failure) {
    return sqlCause(failure)
        .map(SQLException::getSQLState)
        .filter(QUERY_CANCELED::equals)
        .isPresent();
  }

  /** What says that the database cannot be used now, if that is what is wrong. */
  static Optional<SQLException> unavailability(RuntimeException failure) {
    return sqlCause(failure).filter(DatabaseFailures::isUnavailable);
  }

  /** The failure to throw: one that the caller can act on, or the given one, which is a defect. */
  static RuntimeException translate(RuntimeException failure) {
    var sql = sqlCause(failure);
    if (sql.isEmpty()) {
      return failure;
    }
    if (isUnavailable(sql.get())) {
      return UserServiceException.retryLater(
          ErrorReason.DATABASE_UNAVAILABLE,
          "the database is unavailable (expected: a retry)",
          RETRY_AFTER);
    }
    return constraint(sql.get())
        .map(BY_CONSTRAINT::get)
        .map(RuntimeException.class::cast)
        .orElse(failure);
  }

  private static boolean isUnavailable(SQLException failure) {
    String state = failure.getSQLState();
    boolean lost = state != null && (state.startsWith("08") || UNAVAILABLE.contains(state));
    return lost || failure instanceof SQLTransientConnectionException;
  }

  private static Optional<String> constraint(SQLException failure) {
    boolean answered =
        failure instanceof PSQLException psql && psql.getServerErrorMessage() != null;
    return answered
        ? Optional.ofNullable(((PSQLException) failure).getServerErrorMessage().getConstraint())
        : Optional.empty();
  }

  /** The SQL state behind a failure, if there is one. */
  static Optional<String> state(RuntimeException failure) {
    return sqlCause(failure).map(SQLException::getSQLState);
  }

  private static Optional<SQLException> sqlCause(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return Optional.of(sql);
      }
    }
    return Optional.empty();
  }
}
