package com.ecommerce.user.core.internal.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels the statements that a connection runs for one call, but never one that it runs for the
 * next call: {@link #end} waits for a cancellation in progress. A cancellation that arrives between
 * two statements has no effect, so it is repeated until the work of the call has ended.
 * Thread-safe.
 */
final class RunningStatements {
  private static final Logger log = LoggerFactory.getLogger(RunningStatements.class);

  private static final Duration REPEAT_AFTER = Duration.ofMillis(50);

  private final Connection connection;
  private boolean ended;

  RunningStatements(Connection connection) {
    this.connection = connection;
  }

  /** Cancels the statements. Returns when the work of the call has ended. */
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
          "A statement of a cancelled call could not be cancelled and continues (SQL state {})",
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
