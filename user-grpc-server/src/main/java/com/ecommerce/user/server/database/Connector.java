package com.ecommerce.user.server.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data source from which a pool gets its connections. While the database cannot be reached, it
 * waits instead of failing: after failures, HikariCP pauses for up to 5 seconds, even if the
 * database is available again. Thread-safe.
 */
final class Connector extends ConfiguredSource implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Connector.class);

  /** The pause between attempts while the database does not count as unavailable. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final DatabaseTarget target;
  private final DatabaseAvailability availability;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private volatile SQLException lastFailure;
  private volatile boolean isClosed;

  Connector(DatabaseTarget target, DatabaseAvailability availability) {
    this.target = target;
    this.availability = availability;
  }

  @Override
  public Connection getConnection() throws SQLException {
    while (!isClosed) {
      if (!availability.isUnavailable()) {
        try {
          return opened(target.connect());
        } catch (SQLException failed) {
          lastFailure = failed;
          if (!isWorthWaiting(failed)) {
            throw failed;
          }
        }
      }
      awaitNextAttempt();
    }
    throw new SQLException("the pool is closed");
  }

  private Connection opened(Connection connection) throws SQLException {
    lastFailure = null;
    connections.removeIf(Connector::isClosed);
    connections.add(connection);
    return connection;
  }

  private static boolean isClosed(Connection connection) {
    try {
      return connection.isClosed();
    } catch (SQLException unknown) {
      return true;
    }
  }

  /**
   * Returns whether a later attempt may succeed, by the class of the SQL state: connection failure,
   * insufficient resources, or operator intervention.
   */
  private static boolean isWorthWaiting(SQLException failed) {
    String state = failed.getSQLState();
    return state != null
        && (state.startsWith("08") || state.startsWith("53") || state.startsWith("57"));
  }

  private void awaitNextAttempt() throws SQLException {
    try {
      availability.awaitNextAttempt(PAUSE);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted", stopping);
    }
  }

  /** Returns the failure of the latest attempt to connect; null if it succeeded. */
  SQLException lastFailure() {
    return lastFailure;
  }

  /** Closes the sockets of all connections, so that statements that wait for an answer fail. */
  void abortAll() {
    connections.forEach(Connector::abort);
    connections.removeIf(Connector::isClosed);
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException failed) {
      log.debug("A connection could not be aborted", failed);
    }
  }

  /** Makes waiting and later requests for connections fail. */
  @Override
  public void close() {
    isClosed = true;
    availability.wake();
  }

  @Override
  public int getLoginTimeout() {
    return Math.toIntExact(target.loginTimeout().toSeconds());
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("there is nothing to unwrap");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
