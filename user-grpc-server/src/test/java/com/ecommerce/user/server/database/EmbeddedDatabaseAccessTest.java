package com.ecommerce.user.server.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.Migrations;
import com.ecommerce.user.core.testing.TestPostgres;
import com.ecommerce.user.server.InitializedDataDirectory;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.file.OwnFiles;
import com.ecommerce.user.server.postgres.ChildAccount;
import com.ecommerce.user.server.testing.CapturedLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests the access to the embedded PostgreSQL, its files and its processes. */
class EmbeddedDatabaseAccessTest {
  private static final int POOL_SIZE = 2;
  private static final String BACKUP_ROLE = "user_service_backup";

  @TempDir private static Path shared;

  /** A database for tests that change neither its files nor its settings. */
  private static EmbeddedDatabase running;

  @TempDir private Path parent;

  @BeforeAll
  static void start() throws IOException {
    InitializedDataDirectory.copyTo(shared.resolve("data"));
    running = EmbeddedDatabase.start(shared.resolve("data"), POOL_SIZE);
  }

  @AfterAll
  static void stop() throws IOException {
    running.close();
  }

  private Path directory() {
    return parent.resolve("data");
  }

  private static Connection connect(DatabaseUrl url, String user, String password)
      throws SQLException {
    return DriverManager.getConnection(url.jdbcUrl(), user, password);
  }

  private static Connection connect(DatabaseUrl url) throws SQLException {
    return connect(url, url.user().orElseThrow(), url.password().orElseThrow());
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

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void reason_deniedAccess_saysSoAndNamesTheFile() {
    assertEquals(
        "data/postgres/postmaster.pid: access is denied"
            + " (expected: files that belong to the user that the service runs as)",
        EmbeddedDatabase.reason(new AccessDeniedException("data/postgres/postmaster.pid")));
    assertEquals("disk full", EmbeddedDatabase.reason(new IOException("disk full")));
  }

  @Test
  void connection_needsThePassword_andIsNoSuperusers() throws Exception {
    var url = running.url();
    for (String user : List.of("postgres", "root", BACKUP_ROLE, url.user().orElseThrow())) {
      for (String password : List.of("", "postgres", "secret")) {
        var refused = assertThrows(SQLException.class, () -> connect(url, user, password));
        assertTrue(
            List.of("28000", "28P01", "08004").contains(refused.getSQLState()),
            user + ": " + refused);
      }
    }
    try (var connection = connect(url)) {
      assertEquals(
          List.of("f"),
          column(
              connection,
              """
              select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls
              from pg_roles where rolname = current_user
              """));
      // It is the only role that can log in, except for the superuser, which no line admits, and
      // the role for base backups, which no database admits.
      assertEquals(
          List.of("postgres", "user_service", "user_service_backup"),
          column(connection, "select rolname from pg_roles where rolcanlogin order by 1"));
      // A role that may run programs could run any program as the service's account.
      var denied =
          assertThrows(
              SQLException.class,
              () ->
                  connection
                      .createStatement()
                      .execute("copy (select 1) to program 'cat >/dev/null'"));
      assertEquals("42501", denied.getSQLState());
    }
  }

  @Test
  void backups_areTakenByARoleThatCanDoNothingElse() throws Exception {
    var url = running.url();
    String password = url.password().orElseThrow();
    try (var connection = connectForBackups(url, BACKUP_ROLE, password);
        var statement = connection.createStatement();
        var row = statement.executeQuery("IDENTIFY_SYSTEM")) {
      assertTrue(row.next());
    }
    for (String user : List.of("postgres", url.user().orElseThrow())) {
      assertThrows(SQLException.class, () -> connectForBackups(url, user, password), user);
    }
    assertThrows(SQLException.class, () -> connectForBackups(url, BACKUP_ROLE, "secret"));
    var refused = assertThrows(SQLException.class, () -> connect(url, BACKUP_ROLE, password));
    assertEquals("28000", refused.getSQLState());
  }

  /** Connects like pg_basebackup. */
  private static Connection connectForBackups(DatabaseUrl url, String user, String password)
      throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("replication", "true");
    properties.setProperty("assumeMinServerVersion", "14");
    properties.setProperty("preferQueryMode", "simple");
    return DriverManager.getConnection(url.jdbcUrl(), properties);
  }

  @Test
  void check_distinguishesAMissingPasswordFromAWrongOne() {
    var url = running.url();

    var missing = new DatabaseUrl(url.jdbcUrl(), url.user(), Optional.empty());
    assertRefused(missing, ": no password given, and the server asks for one (expected: ");
    var wrong = new DatabaseUrl(url.jdbcUrl(), url.user(), Optional.of("secret"));
    assertRefused(wrong, ": user or password refused (expected: ");
    var unknown = new DatabaseUrl(url.jdbcUrl(), Optional.of("root"), Optional.of("secret"));
    assertRefused(unknown, ": user not admitted: no pg_hba.conf entry for host ");
  }

  private static void assertRefused(DatabaseUrl url, String reason) {
    var refused =
        assertThrows(
            StartupException.class, () -> DatabaseCheck.check(url, Duration.ofSeconds(10)));
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  @Test
  void server_listensOnLoopbackOnly_andOnNoSocketInASharedDirectory() throws Exception {
    try (var connection = connect(running.url())) {
      assertEquals(List.of("localhost"), column(connection, "show listen_addresses"));
      // This line of the file is the directory of PostgreSQL's socket.
      assertEquals("", Files.readAllLines(shared.resolve("data/postgres/postmaster.pid")).get(4));
    }
  }

  @Test
  void files_belongToTheServiceAlone() throws Exception {
    EmbeddedDatabase.start(directory(), POOL_SIZE).close();

    assertEquals("rwx------", mode(directory()));
    assertEquals("rw-------", mode(directory().resolve("postgres-password")));
    assertEquals("rwx------", mode(directory().resolve("postgres")));
    try (var paths = Files.walk(directory())) {
      for (Path path : paths.filter(path -> !Files.isSymbolicLink(path)).toList()) {
        String mode = mode(path);
        assertFalse(mode.charAt(4) == 'w' || mode.charAt(7) == 'w', path + " " + mode);
      }
    }
  }

  @Test
  void binaries_ofAnEarlierReleaseAreThrownAway() throws Exception {
    InitializedDataDirectory.copyTo(directory());
    OwnFiles.deleteRecursively(directory().resolve("postgres-programs"));
    Path old = directory().resolve("postgres-binaries/PG-0123/bin");
    Files.createDirectories(old);
    Files.setPosixFilePermissions(
        directory().resolve("postgres-binaries"), PosixFilePermissions.fromString("rwxrwxrwx"));
    Path trap = Files.writeString(old.resolve("postgres"), "#!/bin/sh\nexit 1\n");
    Path kept = Files.writeString(parent.resolve("kept"), "of somebody else");
    Files.createSymbolicLink(old.resolve("link"), kept);
    Files.createSymbolicLink(old.resolveSibling("lib"), parent);
    Path other = directory().resolve("postgres-programs/00000000-1");
    Files.createDirectories(other);

    EmbeddedDatabase.start(directory(), POOL_SIZE).close();

    assertFalse(Files.exists(trap));
    assertFalse(Files.exists(directory().resolve("postgres-binaries")));
    assertFalse(Files.exists(other));
    assertTrue(Files.exists(kept));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void processes_getNothingOfTheServicesEnvironment() throws Exception {
    try (var connection = connect(running.url())) {
      long backend = Long.parseLong(column(connection, "select pg_backend_pid()").get(0));
      var server = ProcessHandle.of(backend).flatMap(ProcessHandle::parent).orElseThrow();
      // These variables are set by pg_ctl, and by the shell with which it starts the server.
      Set<String> expected =
          Set.of(
              "PWD",
              "OLDPWD",
              "SHLVL",
              "_",
              "PG_GRANDPARENT_PID",
              "PGDATA",
              "PGSYSCONFDIR",
              "PGLOCALEDIR");
      for (long pid : List.of(backend, server.pid())) {
        Set<String> names = new TreeSet<>();
        String environment =
            Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
        for (String variable : environment.split("\0")) {
          names.add(variable.replaceFirst("=.*", ""));
        }
        names.removeAll(expected);
        names.removeIf(String::isBlank);
        assertEquals(Set.of(), names);
      }
    }
  }

  @Test
  void dataOfBefore_isConverted_andKeepsEverything() throws Exception {
    InitializedDataDirectory.copyProgramsTo(directory());
    Path cluster = directory().resolve("postgres");
    try (var before =
        TestPostgres.builder()
            .setDataDirectory(cluster)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .start()) {
      Migrations.migrate(before.getPostgresDatabase());
      try (var connection = before.getPostgresDatabase().getConnection();
          var statement = connection.createStatement()) {
        statement.execute("create schema other");
        statement.execute("create table other.kept (id serial primary key, note text)");
        statement.execute("insert into other.kept (note) values ('as it was')");
        statement.execute("create type other.mood as enum ('good')");
        statement.execute("create view other.seen as select note from other.kept");
      }
    }
    Files.createFile(directory().resolve("postgres-complete"));

    for (int i = 0; i < 2; i++) {
      try (var database = EmbeddedDatabase.start(directory(), POOL_SIZE);
          var connection = connect(database.url())) {
        assertEquals(List.of("as it was"), column(connection, "select note from other.seen"));
        assertEquals(
            List.of("user_service"),
            column(
                connection,
                """
                select distinct owner::regrole::text from (
                  select relowner as owner, relnamespace as space from pg_class
                  union all select proowner, pronamespace from pg_proc
                  union all select typowner, typnamespace from pg_type
                  union all select nspowner, oid from pg_namespace
                ) objects
                where space in ('public'::regnamespace, 'other'::regnamespace)
                """));
        // Later migrations must be able to do this.
        try (var statement = connection.createStatement()) {
          statement.execute("alter table users add column later text");
          statement.execute("alter table users drop column later");
        }
        assertEquals(0, Migrations.migrate(dataSource(database.url())));
        assertThrows(SQLException.class, () -> connect(database.url(), "postgres", ""));
      }
    }
  }

  private static org.postgresql.ds.PGSimpleDataSource dataSource(DatabaseUrl url) {
    var dataSource = new org.postgresql.ds.PGSimpleDataSource();
    dataSource.setUrl(url.jdbcUrl());
    dataSource.setUser(url.user().orElseThrow());
    dataSource.setPassword(url.password().orElseThrow());
    return dataSource;
  }

  @Test
  void conversion_thatWasCutOff_isDoneAtTheNextStart() throws Exception {
    InitializedDataDirectory.copyTo(directory());
    // The role already has a password, which nobody knows any more.
    Files.delete(directory().resolve("postgres-password"));

    try (var database = EmbeddedDatabase.start(directory(), POOL_SIZE);
        var connection = connect(database.url())) {
      assertEquals(List.of("1"), column(connection, "select 1"));
    }
  }

  @Test
  void dataWithoutARoleForBackups_getsIt_andKeepsTheOperatorsLines() throws Exception {
    InitializedDataDirectory.copyTo(directory());
    Path access = directory().resolve("postgres/pg_hba.conf");
    String operators = "host postgres operator 127.0.0.1/32 scram-sha-256\n";
    var lines = Files.readAllLines(access).stream().filter(line -> !line.contains("ackup"));
    Files.writeString(access, String.join("\n", lines.toList()) + "\n" + operators);
    String password = Files.readString(directory().resolve("postgres-password"));

    try (var database = EmbeddedDatabase.start(directory(), POOL_SIZE)) {
      connectForBackups(database.url(), BACKUP_ROLE, password).close();
      connect(database.url()).close();
    }
    String written = Files.readString(access);
    assertTrue(written.contains(operators), written);

    EmbeddedDatabase.start(directory(), POOL_SIZE).close();

    assertEquals(written, Files.readString(access));
  }

  @Test
  void copy_thatLostOwnersAndModes_starts() throws Exception {
    Path original = parent.resolve("original");
    InitializedDataDirectory.copyTo(original);
    Path moved = parent.resolve("another place").resolve("data");
    Files.createDirectories(moved.getParent());
    InitializedDataDirectory.copy(original, moved, LinkOption.NOFOLLOW_LINKS);
    Files.setPosixFilePermissions(moved, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path data = moved.resolve("postgres");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path programs = moved.resolve("postgres-programs");
    Files.setPosixFilePermissions(programs, PosixFilePermissions.fromString("rwx------"));
    // A backup only needs to contain the data.
    Files.delete(moved.resolve("postgres-complete"));
    Files.delete(moved.resolve("postgres-password"));
    Files.delete(moved.resolve("lock"));

    try (var database = EmbeddedDatabase.start(moved, POOL_SIZE);
        var connection = connect(database.url())) {
      assertEquals(List.of("1"), column(connection, "select 1"));
      assertEquals("rwx------", mode(data));
      assertEquals("rwxr-xr-x", mode(programs));
    }
  }

  @Test
  void directory_thatOthersMayWriteTo_isRefused() throws Exception {
    for (String mode : List.of("rwxrwxrwx", "rwx----w-", "rwxrwx---")) {
      Files.createDirectories(directory());
      Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString(mode));

      var refused =
          assertThrows(
              StartupException.class, () -> EmbeddedDatabase.start(directory(), POOL_SIZE));

      assertEquals(
          "--data-dir (DATA_DIR): others may write to "
              + directory()
              + " (expected: a directory for the service alone, as chmod 700 makes it)",
          refused.getMessage());
      try (var files = Files.list(directory())) {
        assertEquals(List.of(), files.toList());
      }
    }
  }

  @Test
  void directory_thatOthersMayRead_isShut() throws Exception {
    Files.createDirectories(directory());
    Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-xr-x"));

    DataDirectory.open(directory());

    assertEquals("rwx------", mode(directory()));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void directory_ofAnotherUser_isRefused() throws Exception {
    // Root can change an owner; for others the system has such a directory.
    boolean isRoot = ChildAccount.serviceUser() == 0;
    Path others = isRoot ? Files.createDirectory(directory()) : Path.of("/usr");
    if (isRoot) {
      Files.setAttribute(others, "unix:uid", 54_321);
    }

    var refused = assertThrows(StartupException.class, () -> DataDirectory.open(others));

    assertTrue(
        refused.getMessage().startsWith("--data-dir (DATA_DIR): " + others + " belongs to user "),
        refused.getMessage());
  }

  /** Expects another user only if the tests run as root, and that user can reach the directory. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void serviceThatIsRoot_warns_andRunsPostgresAsAnotherUser() throws Exception {
    boolean isRoot = ChildAccount.serviceUser() == 0;
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
    InitializedDataDirectory.copyTo(directory());
    for (int i = 0; i < 2; i++) {
      try (var log = new CapturedLog();
          var database = EmbeddedDatabase.start(directory(), POOL_SIZE);
          var connection = connect(database.url())) {
        long pid = Long.parseLong(column(connection, "select pg_backend_pid()").get(0));
        var owner = Files.getAttribute(Path.of("/proc/" + pid), "unix:uid");
        assertEquals(isRoot, !owner.equals(0) && log.text().contains("runs as root"), log.text());
        assertEquals(owner, Files.getAttribute(directory().resolve("postgres"), "unix:uid"));
        // PostgreSQL can neither read nor replace files outside its own directory.
        DataDirectory.open(directory());
        assertEquals(isRoot ? "rwx--x---" : "rwx------", mode(directory()));
        for (String path : List.of("", "postgres-password", "postgres-programs", "lock")) {
          assertEquals(
              ChildAccount.serviceUser(),
              Files.getAttribute(directory().resolve(path), "unix:uid"),
              path);
        }
      }
      if (isRoot) {
        // Earlier releases left the directory in this state.
        Files.setAttribute(
            directory(),
            "unix:uid",
            Files.getAttribute(directory().resolve("postgres"), "unix:uid"));
      }
    }
    // The start still works if that user can no longer reach the directory.
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx------"));
    try (var database = EmbeddedDatabase.start(directory(), POOL_SIZE);
        var connection = connect(database.url())) {
      assertEquals(List.of("1"), column(connection, "select 1"));
      assertEquals("rwx------", mode(directory()));
    }
  }
}
