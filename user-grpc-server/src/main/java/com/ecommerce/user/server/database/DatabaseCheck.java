package com.ecommerce.user.server.database;

import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.Setting;
import com.ecommerce.user.server.config.StartupException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks a database before it is used, so that one line can explain why it cannot be used. */
public final class DatabaseCheck {
  private static final Logger log = LoggerFactory.getLogger(DatabaseCheck.class);
  static final String SETTING = Setting.DATABASE_URL.title();

  private static final int OLDEST_SERVER = 14;

  /** The pause before the second attempt; it doubles with each further one. */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

  private DatabaseCheck() {}

  /**
   * Checks that the database can be reached and used. Tries again until the timeout if the problem
   * may pass by itself: nothing listens, or PostgreSQL starts, fails over or has no free
   * connection.
   *
   * @throws StartupException with one line that names the setting and contains no secret
   */
  public static void check(DatabaseUrl url, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    var problem = transientProblem(url, timeout);
    if (problem.isPresent()) {
      log.info("{}; trying again for up to {} s", problem.get().getMessage(), timeout.toSeconds());
    }
    var pause = FIRST_PAUSE;
    while (problem.isPresent()) {
      var remaining = Duration.ofNanos(deadline - System.nanoTime());
      if (remaining.compareTo(pause) <= 0) {
        throw problem.get();
      }
      sleep(pause, problem.get());
      pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : MAX_PAUSE;
      problem = transientProblem(url, Duration.ofNanos(deadline - System.nanoTime()));
    }
  }

  private static void sleep(Duration pause, StartupException problem) {
    try {
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw problem;
    }
  }

  /**
   * Checks the database once.
   *
   * @return a problem that may pass by itself; empty if the database can be used
   * @throws StartupException for every other problem
   */
  private static Optional<StartupException> transientProblem(DatabaseUrl url, Duration timeout) {
    try (Connection connection = connect(url, timeout);
        Statement statement = connection.createStatement()) {
      int version = connection.getMetaData().getDatabaseMajorVersion();
      require(
          version >= OLDEST_SERVER,
          url,
          "PostgreSQL " + version + " (expected: " + OLDEST_SERVER + " or later)");
      requireEncoding(url, statement);
      statement.execute(DatabaseSession.statement(url));
      if (text(statement, "select pg_is_in_recovery()").equals("t")) {
        return Optional.of(problem(url, "a standby, which is read-only (expected: the primary)"));
      }
      var readOnly = readOnlyProblem(url, statement);
      if (readOnly.isEmpty()) {
        requireSchema(url, statement);
        warnOfAsciiLocale(statement);
      }
      return readOnly;
    } catch (SQLException failed) {
      var refused = refused(url, DatabaseRefusal.reason(failed, url), failed);
      if (DatabaseRefusal.mayPass(failed, url)) {
        return Optional.of(refused);
      }
      throw refused;
    }
  }

  static Connection connect(DatabaseUrl url, Duration timeout) throws SQLException {
    Properties properties = DatabasePool.connectionProperties(timeout);
    String seconds = Long.toString(Math.max(1, timeout.toSeconds()));
    properties.setProperty("loginTimeout", seconds);
    properties.setProperty("socketTimeout", seconds);
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

  /**
   * Returns the problem if the server is read-only for now; empty otherwise.
   *
   * @throws StartupException if the URL itself makes connections read-only
   */
  private static Optional<StartupException> readOnlyProblem(DatabaseUrl url, Statement statement)
      throws SQLException {
    var problem = problem(url, "read-only (expected: a writable database and connection)");
    if (statement.getConnection().isReadOnly()) {
      throw problem;
    }
    if (text(statement, "select current_setting('transaction_read_only')").equals("off")) {
      return Optional.empty();
    }
    String source =
        text(
            statement,
            "select source from pg_settings where name = 'default_transaction_read_only'");
    if (source.equals("client")) {
      throw problem;
    }
    return Optional.of(problem);
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
      throw problem(url, problem);
    }
  }

  private static StartupException problem(DatabaseUrl url, String problem) {
    return new StartupException(SETTING + ": " + url + ": " + problem);
  }

  static StartupException refused(DatabaseUrl url, String reason, Exception cause) {
    return new StartupException(SETTING + ": " + url + ": " + reason, cause);
  }
}
