package com.ecommerce.user.server.database;

import com.ecommerce.user.core.health.Health;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Checks whether a database answers, over a connection of its own, so that a busy pool is not taken
 * for an outage. If that connection is in use or closed, a check opens another one. Thread-safe.
 */
public final class DatabaseProbe implements Health.Probe, AutoCloseable {
  private final DatabaseTarget target;
  private final AtomicReference<Connection> idle = new AtomicReference<>();
  private volatile boolean isClosed;

  /**
   * @param target the database; its timeouts limit the time of a check
   */
  public DatabaseProbe(DatabaseTarget target) {
    this.target = target;
  }

  @Override
  public boolean isWell() throws SQLException {
    Connection kept = idle.getAndSet(null);
    if (kept != null && answers(kept)) {
      keep(kept);
      return true;
    }
    // The server may have closed only that connection.
    Connection opened = target.connect();
    keep(opened);
    return true;
  }

  private static boolean answers(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.execute("select 1");
    } catch (SQLException failed) {
      connection.abort(Runnable::run);
      if (failed.getCause() instanceof SocketTimeoutException) {
        throw failed;
      }
      return false;
    }
  }

  private void keep(Connection connection) throws SQLException {
    if (isClosed || !idle.compareAndSet(null, connection)) {
      connection.close();
    } else if (isClosed) {
      close();
    }
  }

  @Override
  public void close() throws SQLException {
    isClosed = true;
    Connection kept = idle.getAndSet(null);
    if (kept != null) {
      kept.close();
    }
  }
}
