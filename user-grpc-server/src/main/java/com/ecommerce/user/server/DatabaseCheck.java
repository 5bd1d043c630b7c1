package com.ecommerce.user.server;

import com.ecommerce.user.server.config.Setting;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks a database before it is used, so that one line can explain why it cannot be used. */
final class DatabaseCheck {
  private static final Logger log = LoggerFactory.getLogger(DatabaseCheck.class);
  static final String SETTING = Setting.DATABASE_URL.title();

  private static final int OLDEST_SERVER = 14;

  private DatabaseCheck() {}

  /**
   * Checks that the database can be reached and used.
   *
   * @throws StartupException with one line that names the setting and contains no secret
   */
  static void check(DatabaseUrl url, Duration timeout) {
    try (Connection connection = connect(url, timeout);
        Statement statement = connection.createStatement()) {
      int version = connection.getMetaData().getDatabaseMajorVersion();
      require(
          version >= OLDEST_SERVER,
          url,
          "PostgreSQL " + version + " (expected: " + OLDEST_SERVER + " or later)");
      requireEncoding(url, statement);
      statement.execute(DatabaseSession.statement(url));
      requireWritable(url, statement);
      requireSchema(url, statement);
      warnOfAsciiLocale(statement);
    } catch (SQLException failed) {
      throw refused(url, DatabaseRefusal.reason(failed, url), failed);
    }
  }

  private static Connection connect(DatabaseUrl url, Duration timeout) throws SQLException {
    Properties properties = DatabasePool.connectionProperties(timeout);
    properties.setProperty("loginTimeout", Long.toString(timeout.toSeconds()));
    url.user().ifPresent(user -> properties.setProperty("user", user));
    url.password().ifPresent(password -> properties.setProperty("password", password));
    return DriverManager.getConnection(url.jdbcUrl(), properties);
  }

  /**
   * Checks the encoding. Comes before any statement with letters other than ASCII, which the
   * database may not support.
   */
  private static void requireEncoding(DatabaseUrl url, Statement statement) throws SQLException {
    String encoding = text(statement, "select current_setting('server_encoding')");
    require(encoding.equals("UTF8"), url, "encoding " + encoding + " (expected: UTF8)");
  }

  private static void requireWritable(DatabaseUrl url, Statement statement) throws SQLException {
    require(
        text(statement, "select pg_is_in_recovery()").equals("f"),
        url,
        "a standby, which is read-only (expected: the primary)");
    boolean isReadOnly =
        statement.getConnection().isReadOnly()
            || text(statement, "select current_setting('transaction_read_only')").equals("on");
    require(!isReadOnly, url, "read-only (expected: a writable database and connection)");
  }

  private static void requireSchema(DatabaseUrl url, Statement statement) throws SQLException {
    String path = text(statement, "select current_setting('search_path')");
    require(
        !text(statement, "select coalesce(current_schema(), '')").isEmpty(),
        url,
        "no schema in its search_path, "
            + (path.isEmpty() ? "which is empty" : path)
            + " (expected: one that exists and that the user may use)");
  }

  private static void warnOfAsciiLocale(Statement statement) throws SQLException {
    if (text(statement, "select lower('Ж') = 'ж'").equals("f")) {
      log.warn(
          "The database's locale knows only ASCII letters: in lists sorted by a name, the case of all others counts");
    }
  }

  private static String text(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void require(boolean isFit, DatabaseUrl url, String problem) {
    if (!isFit) {
      throw new StartupException(SETTING + ": " + url + ": " + problem);
    }
  }

  static StartupException refused(DatabaseUrl url, String reason, Exception cause) {
    return new StartupException(SETTING + ": " + url + ": " + reason, cause);
  }
}
