package com.ecommerce.user.server.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.IMetricsTracker;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import com.zaxxer.hikari.metrics.PoolStats;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;

/**
 * A connection pool that follows the availability of its database: during an outage, calls do not
 * wait for a connection, and after it the pool connects at once. Thread-safe.
 */
public final class ServicePool extends ConfiguredSource implements AutoCloseable {
  /** The interval at which a call that waits for a connection checks for an outage. */
  private static final Duration SLICE = Duration.ofMillis(500);

  private static final Duration VALIDATION = Duration.ofSeconds(1);

  private final HikariDataSource pool = new HikariDataSource();
  private final Connector connector;
  private final DatabaseAvailability availability;
  private final Duration wait;
  private final WholeWaits waits = new WholeWaits();

  /**
   * Opens a pool that connects when it is first asked for a connection.
   *
   * @param purpose names the pool in logs and metrics
   * @param wait the time for which a call waits for a free connection
   */
  public static ServicePool open(
      DatabaseTarget target,
      DatabaseAvailability availability,
      String purpose,
      int size,
      Duration wait,
      Optional<MetricsTrackerFactory> metrics) {
    var opened = new ServicePool(target, availability, purpose, size, wait, metrics);
    availability.add(opened);
    return opened;
  }

  private ServicePool(
      DatabaseTarget target,
      DatabaseAvailability availability,
      String purpose,
      int size,
      Duration wait,
      Optional<MetricsTrackerFactory> metrics) {
    this.connector = new Connector(target, availability);
    this.availability = availability;
    this.wait = wait;
    pool.setPoolName(purpose);
    metrics.ifPresent(factory -> pool.setMetricsTrackerFactory(waits.over(factory)));
    pool.setDataSource(connector);
    pool.setMaximumPoolSize(size);
    pool.setConnectionTimeout(SLICE.toMillis());
    pool.setValidationTimeout(VALIDATION.toMillis());
    pool.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
    pool.setMaxLifetime(Duration.ofMinutes(30).toMillis());
    pool.setInitializationFailTimeout(-1);
    // Otherwise, each transaction would have to query it.
    pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
  }

  @Override
  public Connection getConnection() throws SQLException {
    long began = System.nanoTime();
    while (true) {
      try {
        Connection connection = pool.getConnection();
        waits.recordConnectionAcquiredNanos(System.nanoTime() - began);
        return connection;
      } catch (SQLTransientConnectionException none) {
        if (availability.isUnavailable() || System.nanoTime() - began >= wait.toNanos()) {
          waits.recordConnectionTimeout();
          throw withoutConnection(none);
        }
      }
    }
  }

  /** Adds the reason why the pool could not open another connection, if there is one. */
  private SQLException withoutConnection(SQLException none) {
    SQLException reason = connector.lastFailure();
    return reason == null
        ? none
        : new SQLTransientConnectionException(
            "no connection in time", reason.getSQLState(), reason);
  }

  /** Closes the idle connections now, and the others when they are given back. */
  void closeIdle() {
    var management = pool.getHikariPoolMXBean();
    if (management != null) {
      management.softEvictConnections();
    }
  }

  /** Makes all statements fail that wait for an answer of the database. */
  void abortAll() {
    connector.abortAll();
  }

  @Override
  public void close() {
    availability.remove(this);
    connector.close();
    pool.close();
  }

  /** Records the whole time of waits for a connection, not the slices that HikariCP sees. */
  private static final class WholeWaits {
    private volatile IMetricsTracker tracker = new IMetricsTracker() {};

    MetricsTrackerFactory over(MetricsTrackerFactory factory) {
      return (String name, PoolStats statistics) -> {
        var all = factory.create(name, statistics);
        tracker = all;
        return new IMetricsTracker() {
          @Override
          public void recordConnectionCreatedMillis(long millis) {
            all.recordConnectionCreatedMillis(millis);
          }

          @Override
          public void recordConnectionUsageMillis(long millis) {
            all.recordConnectionUsageMillis(millis);
          }

          @Override
          public void close() {
            all.close();
          }
        };
      };
    }

    void recordConnectionAcquiredNanos(long nanos) {
      tracker.recordConnectionAcquiredNanos(nanos);
    }

    void recordConnectionTimeout() {
      tracker.recordConnectionTimeout();
    }
  }

  @Override
  public int getLoginTimeout() {
    return Math.toIntExact(wait.toSeconds());
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return pool.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return pool.isWrapperFor(type);
  }
}
