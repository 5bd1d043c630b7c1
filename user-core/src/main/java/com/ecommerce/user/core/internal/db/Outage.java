package com.ecommerce.user.core.internal.db;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The conditions of a database in which a valid call fails, and may succeed later. They are
 * identified by the SQL state (appendix A of PostgreSQL's manual).
 */
enum Outage {
  DISK_FULL("53100", "disk full", true),
  OUT_OF_MEMORY("53200", "out of memory", true),
  TOO_MANY_CONNECTIONS("53300", "too many connections", true),
  OUT_OF_RESOURCES("53", "out of resources", true),
  SYSTEM_ERROR("58", "I/O or system error", true),
  READ_ONLY("25006", "read-only", true),
  LOCK_TIMEOUT("55P03", "lock timeout", false),
  /** Cancelled calls have the same SQL state, so callers check for cancellation first. */
  STATEMENT_TIMEOUT("57014", "statement timeout or cancelled by an operator", false),
  IDLE_TRANSACTION_TIMEOUT("25P03", "timeout of an idle transaction", false),
  TRANSACTION_TIMEOUT("25P04", "timeout of a transaction", false),
  IDLE_SESSION_TIMEOUT("57P05", "timeout of an idle session", false),
  STOPPING_OR_STARTING("57", "stopping or starting", false),
  CONFLICT("40001", "serialization failures", false),
  DEADLOCK("40P01", "deadlocks", false),
  CONNECTION_LOST("08", "connection lost", false),
  NO_CONNECTION("", "no connection in time", false);

  private final String state;
  private final String words;
  private final boolean lasts;

  Outage(String state, String words, boolean lasts) {
    this.state = state;
    this.words = words;
    this.lasts = lasts;
  }

  /** Returns the outage that caused a failure; empty for a defect or a violated constraint. */
  static Optional<Outage> of(SQLException failure) {
    String found = failure.getSQLState() == null ? "" : failure.getSQLState();
    var byState =
        Arrays.stream(values())
            .filter(outage -> !outage.state.isEmpty() && found.startsWith(outage.state))
            .findFirst();
    // The pool throws this, with the SQL state of its last failure to connect if there was one.
    return byState.isEmpty() && failure instanceof SQLTransientConnectionException
        ? Optional.of(NO_CONNECTION)
        : byState;
  }

  /** Returns whether there is no connection, so that other calls may fail as well. */
  boolean isOfConnection() {
    return this == CONNECTION_LOST || this == NO_CONNECTION || this == STOPPING_OR_STARTING;
  }

  /**
   * Returns whether the database answers, but refuses work until an operator acts or another server
   * takes over.
   */
  boolean lasts() {
    return lasts;
  }

  /** Returns a description for the log. */
  String words() {
    return words;
  }
}
