package com.ecommerce.user.server.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.server.InitializedDataDirectory;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.testing.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests the embedded PostgreSQL after its processes were killed. */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class EmbeddedDatabaseKillTest {
  private static final int POOL_SIZE = 2;

  @TempDir private Path parent;
  private Path directory;

  @BeforeEach
  void copy() throws IOException {
    directory = parent.resolve("data");
    InitializedDataDirectory.copyTo(directory);
  }

  private static Connection connect(DatabaseUrl url) throws SQLException {
    return DriverManager.getConnection(
        url.jdbcUrl(), url.user().orElseThrow(), url.password().orElseThrow());
  }

  private static List<String> column(Connection connection, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  private ProcessHandle postmaster() throws IOException {
    String pid = Files.readAllLines(directory.resolve("postgres/postmaster.pid")).get(0);
    return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
  }

  private static void kill(ProcessHandle process) throws Exception {
    process.destroyForcibly();
    Await.until(() -> !isRunning(process.pid()));
  }

  /** Returns whether the process is running, and not a zombie. */
  private static boolean isRunning(long pid) {
    try {
      return !Files.readString(Path.of("/proc", Long.toString(pid), "stat")).contains(") Z ");
    } catch (IOException ended) {
      return false;
    }
  }

  private static void write(DatabaseUrl url, String note) throws SQLException {
    try (var connection = connect(url);
        var statement = connection.createStatement()) {
      statement.execute("create table if not exists notes (note text)");
      statement.execute("insert into notes values ('" + note + "')");
    }
  }

  @Test
  void server_thatIsKilled_isStartedAgain_andOneThatCannotStartIsGivenUp() throws Exception {
    BlockingQueue<StartupException> givenUp = new LinkedBlockingQueue<>();
    try (var log = new CapturedLog();
        var database = EmbeddedDatabase.start(directory, POOL_SIZE);
        var supervisor = database.supervisor(givenUp::add)) {
      supervisor.start();
      var url = database.url();
      write(url, "before");
      var killed = postmaster();

      kill(killed);

      Await.until(() -> log.text().contains("PostgreSQL runs again"));
      // The URL is the same, so connection pools need not know.
      try (var connection = connect(url)) {
        assertEquals(List.of("before"), column(connection, "select note from notes"));
      }
      write(url, "after");
      assertEquals(
          List.of(
              "The embedded PostgreSQL (process "
                  + killed.pid()
                  + ") has ended unexpectedly; it is started again on the same data"),
          warnings(log));

      String version = replaceVersion("9.6");
      kill(postmaster());

      assertEquals(
          "--data-dir (DATA_DIR): "
              + directory
              + ": PostgreSQL ended and could not be started again: FATAL: database files are"
              + " incompatible with server",
          givenUp.take().getMessage());
      replaceVersion(version);
    }
    assertTrue(givenUp.isEmpty());
    try (var database = EmbeddedDatabase.start(directory, POOL_SIZE);
        var connection = connect(database.url())) {
      assertEquals(List.of("before", "after"), column(connection, "select note from notes"));
    }
  }

  /** Replaces the version of the data, and returns the original. */
  private String replaceVersion(String other) throws IOException {
    Path file = directory.resolve("postgres/PG_VERSION");
    String version = Files.readString(file);
    Files.writeString(file, other);
    return version;
  }

  private static List<String> warnings(CapturedLog log) {
    return log.events().stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
        .map(event -> event.getFormattedMessage())
        .filter(message -> !message.contains("runs as root"))
        .toList();
  }

  @Test
  void server_whoseDirectoryIsDeleted_isNotReplacedByAnEmptyOne() throws Exception {
    BlockingQueue<StartupException> givenUp = new LinkedBlockingQueue<>();
    try (var database = EmbeddedDatabase.start(directory, POOL_SIZE);
        var supervisor = database.supervisor(givenUp::add)) {
      supervisor.start();
      var postmaster = postmaster();
      Files.move(directory.resolve("postgres"), directory.resolve("moved"));

      var reason = givenUp.take().getMessage();

      assertTrue(reason.endsWith("postgres does not exist any more"), reason);
      assertFalse(Files.exists(directory.resolve("postgres")));
      database.close();
      assertFalse(isRunning(postmaster.pid()));
    }
  }

  @Test
  void close_whileTheServerIsStartedAgain_leavesNothingRunning() throws Exception {
    try (var log = new CapturedLog();
        var database = EmbeddedDatabase.start(directory, POOL_SIZE);
        var supervisor = database.supervisor(reason -> {})) {
      supervisor.start();
      kill(postmaster());
      Await.until(() -> log.text().contains("has ended unexpectedly"));

      supervisor.close();
      database.close();

      // The killed server has left its file, unless another one was started.
      var file = directory.resolve("postgres/postmaster.pid");
      assertFalse(
          Files.exists(file) && isRunning(Long.parseLong(Files.readAllLines(file).get(0).strip())));
      assertEquals(1, warnings(log).size(), log.text());
    }
  }

  @Test
  void start_endsWhatAKilledServerLeftRunning() throws Exception {
    var earlier = EmbeddedDatabase.start(directory, POOL_SIZE);
    write(earlier.url(), "kept");
    long backend;
    try (var connection = connect(earlier.url())) {
      backend = Long.parseLong(column(connection, "select pg_backend_pid()").get(0));
      // Like a busy backend, a stopped one does not notice the end of its server.
      signal("STOP", backend);
      kill(postmaster());
      earlier.close();
      assertTrue(isRunning(backend));
    }

    try (var log = new CapturedLog();
        var database = EmbeddedDatabase.start(directory, POOL_SIZE);
        var connection = connect(database.url())) {
      assertFalse(isRunning(backend));
      assertTrue(
          log.text()
              .contains("Ending processes that an earlier PostgreSQL left running: " + backend),
          log.text());
      assertEquals(List.of("kept"), column(connection, "select note from notes"));
    }
  }

  private static void signal(String name, long pid) throws Exception {
    assertEquals(0, new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor());
  }

  @Test
  void start_leavesOtherProcessesInTheDirectoryAlone() throws Exception {
    Path cluster = directory.resolve("postgres");
    var shell = new ProcessBuilder("sleep", "600").directory(cluster.toFile()).start();
    try {
      EmbeddedDatabase.start(directory, POOL_SIZE).close();

      assertTrue(shell.isAlive());
    } finally {
      shell.destroyForcibly();
    }
  }

  @Test
  void start_thatFails_saysWhatPostgresSaid_andDeletesNothing() throws Exception {
    String version = replaceVersion("9.6");
    // Earlier releases treat data without this file as incomplete.
    Files.delete(directory.resolve("postgres-complete"));

    var refused =
        assertThrows(StartupException.class, () -> EmbeddedDatabase.start(directory, POOL_SIZE));

    assertEquals(
        "--data-dir (DATA_DIR): "
            + directory
            + ": PostgreSQL did not start: FATAL: database files are incompatible with server",
        refused.getMessage());
    replaceVersion(version);
    EmbeddedDatabase.start(directory, POOL_SIZE).close();
  }
}
