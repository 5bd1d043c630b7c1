package com.ecommerce.user.server.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.server.InitializedDataDirectory;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.StartupException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {
  @TempDir private Path parent;
  private Path directory;

  @BeforeEach
  void name() {
    directory = parent.resolve("data");
  }

  private static Connection connect(DatabaseUrl url) throws SQLException {
    return DriverManager.getConnection(
        url.jdbcUrl(), url.user().orElseThrow(), url.password().orElseThrow());
  }

  @Test
  void start_makesCommitsSafeBeforeTheyAreAcknowledged() throws Exception {
    InitializedDataDirectory.copyTo(directory);
    List<String> settings = new ArrayList<>();
    try (var database = EmbeddedDatabase.start(directory, 10);
        var connection = connect(database.url());
        var rows =
            connection
                .createStatement()
                .executeQuery(
                    """
                    select name || '=' || setting from pg_settings
                    where name in ('fsync', 'full_page_writes', 'synchronous_commit') order by name
                    """)) {
      while (rows.next()) {
        settings.add(rows.getString(1));
      }
    }
    assertEquals(List.of("fsync=on", "full_page_writes=on", "synchronous_commit=on"), settings);
  }

  @Test
  void start_hasAConnectionForEachOfALargePool() throws Exception {
    InitializedDataDirectory.copyTo(directory);
    try (var database = EmbeddedDatabase.start(directory, 1_000);
        var connection = connect(database.url());
        var row = connection.createStatement().executeQuery("show max_connections")) {
      assertTrue(row.next());
      assertTrue(row.getInt(1) > 1_000, row.getString(1));
    }
  }

  @Test
  void start_leavesAnotherPostgresAloneWhoseProcessHasTheNumberOfAnOldOne() throws Exception {
    // The other one is started first, since in one process later ones use the binaries that the
    // first one has unpacked.
    try (var other = EmbeddedPostgres.start();
        var connection = other.getPostgresDatabase().getConnection();
        var row = connection.createStatement().executeQuery("show data_directory")) {
      assertTrue(row.next());
      InitializedDataDirectory.copyTo(directory);
      Files.copy(
          Path.of(row.getString(1), "postmaster.pid"),
          directory.resolve("postgres/postmaster.pid"));

      EmbeddedDatabase.start(directory, 10).close();

      assertTrue(connection.createStatement().execute("select 1"));
    }
  }

  @Test
  void start_worksInADirectoryOfAnyName() throws Exception {
    String letters = "größe 数据";
    boolean isKnown =
        Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode(letters);
    Path named = directory.resolve("$HOME `id` \"a\" 'b' \\c %41 ;&| " + (isKnown ? letters : ""));

    for (int i = 0; i < 2; i++) {
      try (var database = EmbeddedDatabase.start(named, 10);
          var connection = connect(database.url());
          var statement = connection.createStatement()) {
        statement.execute("create table if not exists starts (number int)");
        assertEquals(1, statement.executeUpdate("insert into starts values (1)"));
        assertEquals(
            named.resolve("postgres").toRealPath(),
            ProcessHandle.of(backend(statement)).flatMap(ProcessHandle::parent).stream()
                .map(server -> Path.of("/proc/" + server.pid() + "/cwd"))
                .findFirst()
                .orElseThrow()
                .toRealPath());
      }
    }
    assertFalse(Files.exists(named.resolve("postgres/postmaster.pid")));
  }

  private static long backend(Statement statement) throws SQLException {
    try (var row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void start_whoseDataWasDeleted_createsNoEmptyDatabase() throws Exception {
    Files.createDirectory(directory);
    Files.createFile(directory.resolve("postgres-complete"));

    var refused = assertThrows(StartupException.class, () -> EmbeddedDatabase.start(directory, 10));

    assertTrue(
        refused.getMessage().contains("postgres is missing (expected: "), refused.getMessage());
    assertFalse(Files.exists(directory.resolve("postgres")));
  }

  @Test
  void start_inADirectoryThatCannotBeNamed_saysSo() {
    var refused =
        assertThrows(
            StartupException.class,
            () -> EmbeddedDatabase.start(directory.resolve("two\nlines"), 10));

    assertEquals(
        "--data-dir (DATA_DIR): its path has control characters (expected: a path without them)",
        refused.getMessage());
  }

  @Test
  void start_thatFailsAfterTheServerStarted_stopsItAndReleasesTheLock() throws Exception {
    InitializedDataDirectory.copyTo(directory);
    Files.write(directory.resolve("postgres-password"), new byte[] {(byte) 0xFF});

    assertThrows(StartupException.class, () -> EmbeddedDatabase.start(directory, 10));

    assertFalse(Files.exists(directory.resolve("postgres/postmaster.pid")));
    Files.delete(directory.resolve("postgres-password"));
    EmbeddedDatabase.start(directory, 10).close();
  }
}
