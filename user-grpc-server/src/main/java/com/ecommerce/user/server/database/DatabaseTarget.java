package com.ecommerce.user.server.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.PGProperty;

/**
 * A database, and how to connect to it.
 *
 * @param session the statement that sets up a new session
 * @param loginTimeout the time that each step of a login may take
 * @param answerTimeout the time that each answer may take after the login; zero if the URL sets it
 */
public record DatabaseTarget(
    String jdbcUrl,
    Properties properties,
    String session,
    Duration loginTimeout,
    Duration answerTimeout) {
  /** Opens a connection; a failure is not retried. */
  Connection connect() throws SQLException {
    var all = new Properties();
    all.putAll(properties);
    String seconds = Long.toString(loginTimeout.toSeconds());
    all.setProperty(PGProperty.CONNECT_TIMEOUT.getName(), seconds);
    all.setProperty(PGProperty.SOCKET_TIMEOUT.getName(), seconds);
    all.setProperty(
        PGProperty.SSL_RESPONSE_TIMEOUT.getName(), Long.toString(loginTimeout.toMillis()));
    Connection connection = DriverManager.getConnection(jdbcUrl, all);
    try (Statement statement = connection.createStatement()) {
      statement.execute(session);
      if (!answerTimeout.isZero()) {
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(answerTimeout.toMillis()));
      }
      return connection;
    } catch (SQLException | RuntimeException failed) {
      connection.abort(Runnable::run);
      throw failed;
    }
  }
}
