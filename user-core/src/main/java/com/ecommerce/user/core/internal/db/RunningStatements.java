package com.ecommerce.user.core.internal.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels whatever statement a connection runs for one call, and never one that runs on it for the
 * next: {@link #end} waits for a cancellation that is under way. A cancellation that comes between
 * two statements hits nothing, so it is repeated until the call's work has ended. Thread-safe.
 */
final class RunningStatements {
  private static final Logger log = LoggerFactory.getLogger(RunningStatements.class);

  private static final Duration REPEAT_AFTER = Duration.ofMillis(50);

  private final Connection connection;
  private boolean ended;

  RunningStatements(Connection connection) {
    this.connection = connection;
  }

  /** Returns when the call's work has ended. */
  synchronized void cancel() {
    try {
      while (!ended) {
        connection.unwrap(PGConnection.class).cancelQuery();
        wait(REPEAT_AFTER.toMillis());
      }
    } catch (SQLException failed) {
      if (Outage.of(failed).isPresent()) {
        log.debug("A statement could not be cancelled, since the database is unavailable", failed);
        return;
      }
      log.warn(
          "A statement of a cancelled call could not be cancelled and runs on: {}",
          failed.getSQLState());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }
}
