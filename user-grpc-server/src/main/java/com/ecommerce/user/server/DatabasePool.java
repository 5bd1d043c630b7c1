package com.ecommerce.user.server;

import com.ecommerce.user.core.Migrations;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens pools on a database that was looked at first, so that what is wrong with it is said in one
 * line.
 */
final class DatabasePool {
  private static final Logger log = LoggerFactory.getLogger(DatabasePool.class);
  private static final String SETTING = SettingReader.name("--database-url", "DATABASE_URL");

  /** How long a call waits for a free connection. */
  static final Duration WAIT = Duration.ofSeconds(5);

  private static final int OLDEST_SERVER = 14;

  /** How long a connection waits for an answer to a call's statement before it counts as lost. */
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(60);

  private DatabasePool() {}

  /**
   * A pool that connects when it is first asked for a connection.
   *
   * @param purpose names the pool in logs and metrics
   * @param waitForConnection how long a call waits for a free connection
   */
  static HikariDataSource open(
      DatabaseUrl url, String purpose, int size, Duration waitForConnection) {
    return open(url, purpose, size, waitForConnection, Optional.empty());
  }

  /** As above, and counts what the pool does. */
  static HikariDataSource open(
      DatabaseUrl url,
      String purpose,
      int size,
      Duration waitForConnection,
      Optional<MetricsTrackerFactory> metrics) {
    var pool = new HikariDataSource();
    pool.setPoolName(purpose);
    metrics.ifPresent(pool::setMetricsTrackerFactory);
    pool.setJdbcUrl(url.jdbcUrl());
    url.user().ifPresent(pool::setUsername);
    url.password().ifPresent(pool::setPassword);
    pool.setMaximumPoolSize(size);
    pool.setConnectionTimeout(waitForConnection.toMillis());
    pool.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
    pool.setMaxLifetime(Duration.ofMinutes(30).toMillis());
    pool.setInitializationFailTimeout(-1);
    // Else each transaction would have to ask for it, on a database with another default.
    pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    pool.addDataSourceProperty("socketTimeout", Long.toString(SOCKET_TIMEOUT.toSeconds()));
    connectionProperties(waitForConnection)
        .forEach((name, value) -> pool.addDataSourceProperty(name.toString(), value.toString()));
    return pool;
  }

  private static Properties connectionProperties(Duration connectTimeout) {
    var properties = new Properties();
    properties.setProperty("ApplicationName", "user-service");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty(
        "connectTimeout", Long.toString(Math.max(1, connectTimeout.toSeconds())));
    // Details of errors are values of rows: personal data, which the log must not have.
    properties.setProperty("logServerErrorDetail", "false");
    return properties;
  }

  /**
   * Looks whether the database is there and can be used.
   *
   * @throws StartupException with one line that names the setting, and no secret
   */
  static void check(DatabaseUrl url, Duration timeout) {
    var properties = connectionProperties(timeout);
    properties.setProperty("loginTimeout", Long.toString(timeout.toSeconds()));
    url.user().ifPresent(user -> properties.setProperty("user", user));
    url.password().ifPresent(password -> properties.setProperty("password", password));
    try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), properties);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select current_setting('server_encoding'), lower('Ж') = 'ж', current_database()")) {
      row.next();
      requireVersion(url, connection.getMetaData().getDatabaseMajorVersion());
      requireEncoding(url, row.getString(1));
      if (!row.getBoolean(2)) {
        log.warn(
            "The database's locale knows ASCII letters only: searches distinguish the case of all others");
      }
    } catch (SQLException failed) {
      throw new StartupException(SETTING + ": " + url + ": " + reason(failed), failed);
    }
  }

  /**
   * Brings the schema up to date, however long that takes.
   *
   * @return how many migrations were applied
   * @throws StartupException with one line
   */
  static int migrate(DatabaseUrl url, Duration connectTimeout) {
    var dataSource = new PGSimpleDataSource();
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
      throw new StartupException(
          SETTING + ": " + url + ": the schema cannot be brought up to date: " + deepest(failed),
          failed);
    }
  }

  private static String deepest(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  private static void requireVersion(DatabaseUrl url, int version) {
    if (version < OLDEST_SERVER) {
      throw new StartupException(
          SETTING
              + ": "
              + url
              + ": PostgreSQL "
              + version
              + " (expected: "
              + OLDEST_SERVER
              + " or later)");
    }
  }

  private static void requireEncoding(DatabaseUrl url, String encoding) {
    if (!encoding.equals("UTF8")) {
      throw new StartupException(
          SETTING + ": " + url + ": encoding " + encoding + " (expected: UTF8)");
    }
  }

  static String reason(SQLException failed) {
    String state = failed.getSQLState() == null ? "" : failed.getSQLState();
    if (state.startsWith("28")) {
      return "user or password refused (expected: ones that the database knows)";
    }
    if (state.equals("3D000")) {
      return "no such database (expected: one that exists)";
    }
    if (state.startsWith("53")) {
      return "no room for another connection (expected: max_connections, and memory, for all instances)";
    }
    if (state.startsWith("57P")) {
      return "starting or stopping (expected: a PostgreSQL that takes connections)";
    }
    return "unreachable (expected: a running PostgreSQL, answering in time)";
  }
}
