package com.ecommerce.user.core.internal;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels whatever statement a connection runs for one call, and never one that runs on it for the
 * next: {@link #end} waits for a cancellation that is under way. Thread-safe.
 */
final class RunningStatements {
  private static final Logger log = LoggerFactory.getLogger(RunningStatements.class);

  private final Connection connection;
  private boolean ended;

  RunningStatements(Connection connection) {
    this.connection = connection;
  }

  synchronized void cancel() {
    if (ended) {
      return;
    }
    try {
      connection.unwrap(PGConnection.class).cancelQuery();
    } catch (SQLException failed) {
      log.warn(
          "A statement of a cancelled call could not be cancelled and runs on: {}",
          failed.getSQLState());
    }
  }

  synchronized void end() {
    ended = true;
  }
}
