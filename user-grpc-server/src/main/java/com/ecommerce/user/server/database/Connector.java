package com.ecommerce.user.server.database;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;

/**
 * Opens the connections of a pool. While the database cannot be reached, it waits instead of
 * failing: a pool that sees failures makes pauses of up to 5 seconds, which would go on after the
 * database's return. Thread-safe.
 */
final class Connector implements DataSource, AutoCloseable {
  private static final org.slf4j.Logger log = LoggerFactory.getLogger(Connector.class);

  /** The time after which a database that is not known to be away is tried again. */
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
      if (!availability.isAway()) {
        try {
          return opened(target.connect());
        } catch (SQLException failed) {
          lastFailure = failed;
          if (!isWorthWaiting(failed)) {
            throw failed;
          }
        }
      }
      awaitNextTry();
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

  /** Classes of SQL states: connection, insufficient resources, operator intervention. */
  private static boolean isWorthWaiting(SQLException failed) {
    String state = failed.getSQLState();
    return state != null
        && (state.startsWith("08") || state.startsWith("53") || state.startsWith("57"));
  }

  private void awaitNextTry() throws SQLException {
    try {
      availability.awaitNextTry(PAUSE);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted", stopping);
    }
  }

  /** Returns the failure of the latest try to connect; null if it succeeded. */
  SQLException lastFailure() {
    return lastFailure;
  }

  /** Closes the sockets of all connections, so that whoever waits for an answer gets a failure. */
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

  /** Ends the waits; opens no connection from now on. */
  @Override
  public void close() {
    isClosed = true;
    availability.wake();
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the target has the user");
  }

  @Override
  public PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter out) {
    // Has no log.
  }

  @Override
  public void setLoginTimeout(int seconds) {
    // The target has it.
  }

  @Override
  public int getLoginTimeout() {
    return Math.toIntExact(target.loginTimeout().toSeconds());
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("has no log");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("wraps nothing");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
