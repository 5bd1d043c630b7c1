package com.ecommerce.user.server.database;

import com.ecommerce.user.core.Migrations;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.StartupException;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens connection pools for a database, and migrates it. */
public final class DatabasePool {
  private static final Logger log = LoggerFactory.getLogger(DatabasePool.class);
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  /** The time for which a call waits for a free connection. */
  public static final Duration WAIT = Duration.ofSeconds(5);

  /**
   * The time for which a connection waits for an answer to a call's statement before it counts as
   * lost.
   */
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(60);

  /** The same time for a replica. After it, the primary is read instead. */
  private static final Duration REPLICA_TIMEOUT = Duration.ofSeconds(5);

  /** The time that each step of a login may take. */
  private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);

  /** The time that the cancellation of a statement waits for the server. */
  private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(2);

  private DatabasePool() {}

  /**
   * Opens a pool that connects when it is first asked for a connection.
   *
   * @param purpose names the pool in logs and metrics
   * @param waitForConnection the time that a call waits for a free connection
   */
  public static ServicePool open(
      DatabaseUrl url, String purpose, int size, Duration waitForConnection) {
    var availability =
        new DatabaseAvailability(DaemonThreads.forEach("database-connections"), () -> false);
    return open(url, availability, purpose, size, waitForConnection, Optional.empty());
  }

  /**
   * Does the same as the method above, and counts the use of the pool.
   *
   * @param availability the availability of this database
   */
  public static ServicePool open(
      DatabaseUrl url,
      DatabaseAvailability availability,
      String purpose,
      int size,
      Duration waitForConnection,
      Optional<MetricsTrackerFactory> metrics) {
    return open(url, SOCKET_TIMEOUT, availability, purpose, size, waitForConnection, metrics);
  }

  /** Opens the pool of a replica, with a short timeout, since the primary can be read instead. */
  public static ServicePool openReplica(
      DatabaseUrl url,
      DatabaseAvailability availability,
      int size,
      Duration waitForConnection,
      Optional<MetricsTrackerFactory> metrics) {
    return open(url, REPLICA_TIMEOUT, availability, "replica", size, waitForConnection, metrics);
  }

  private static ServicePool open(
      DatabaseUrl url,
      Duration answerTimeout,
      DatabaseAvailability availability,
      String purpose,
      int size,
      Duration waitForConnection,
      Optional<MetricsTrackerFactory> metrics) {
    boolean hasTimeout = url.parameter(PGProperty.SOCKET_TIMEOUT).isPresent();
    var target = target(url, LOGIN_TIMEOUT, hasTimeout ? Duration.ZERO : answerTimeout);
    return ServicePool.open(target, availability, purpose, size, waitForConnection, metrics);
  }

  /**
   * Returns a probe whose steps (connect, log in, query) take at most a second each, whatever the
   * timeouts in the URL are.
   */
  public static DatabaseProbe probe(DatabaseUrl url) {
    return new DatabaseProbe(target(url.withoutTimeouts(), PROBE_TIMEOUT, PROBE_TIMEOUT));
  }

  private static DatabaseTarget target(
      DatabaseUrl url, Duration loginTimeout, Duration answerTimeout) {
    Properties properties = connectionProperties(loginTimeout);
    url.user().ifPresent(user -> properties.setProperty("user", user));
    url.password().ifPresent(password -> properties.setProperty("password", password));
    return new DatabaseTarget(
        url.jdbcUrl(), properties, DatabaseSession.statement(url), loginTimeout, answerTimeout);
  }

  static Properties connectionProperties(Duration connectTimeout) {
    var properties = new Properties();
    properties.setProperty("ApplicationName", "user-service");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty(
        PGProperty.CANCEL_SIGNAL_TIMEOUT.getName(), Long.toString(CANCEL_TIMEOUT.toSeconds()));
    properties.setProperty(
        "connectTimeout", Long.toString(Math.max(1, connectTimeout.toSeconds())));
    // Details of errors contain values of rows, which are personal data and must not be logged.
    properties.setProperty("logServerErrorDetail", "false");
    return properties;
  }

  /**
   * Migrates the schema to the current version, without a time limit.
   *
   * @return the number of migrations that were applied
   * @throws StartupException with one line
   */
  public static int migrate(DatabaseUrl url, Duration connectTimeout) {
    var dataSource = new MigrationDataSource(DatabaseSession.statement(url));
    try {
      dataSource.setUrl(url.jdbcUrl());
      url.user().ifPresent(dataSource::setUser);
      url.password().ifPresent(dataSource::setPassword);
      for (var property : connectionProperties(connectTimeout).entrySet()) {
        dataSource.setProperty(property.getKey().toString(), property.getValue().toString());
      }
      return Migrations.migrate(dataSource);
    } catch (SQLException | FlywayException failed) {
      log.debug("The schema could not be migrated", failed);
      throw DatabaseCheck.refused(
          url, "the schema cannot be brought up to date: " + reason(failed, url), failed);
    }
  }

  private static String reason(Exception failed, DatabaseUrl url) {
    Throwable cause = Stages.innermostCause(failed);
    return cause instanceof SQLException known && INSUFFICIENT_PRIVILEGE.equals(known.getSQLState())
        ? DatabaseRefusal.reason(known, url)
        : String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  /** Opens connections for the migration, whose statements may take long. */
  private static final class MigrationDataSource extends PGSimpleDataSource {
    private static final long serialVersionUID = 1;

    private final String session;

    MigrationDataSource(String session) {
      this.session = session;
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
      Connection connection = super.getConnection(user, password);
      try (Statement statement = connection.createStatement()) {
        statement.execute(session);
        return connection;
      } catch (SQLException failed) {
        connection.close();
        throw failed;
      }
    }
  }
}
