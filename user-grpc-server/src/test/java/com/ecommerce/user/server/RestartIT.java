package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.server.database.EmbeddedDatabase;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.ServerProcess;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.ecommerce.user.v1.UserStatus;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the jar on its embedded database: when it is killed, started twice and stopped, and its
 * commands.
 */
@Timeout(300)
class RestartIT {
  @TempDir private Path directory;

  private ServerProcess start(String... arguments) {
    return ServerProcess.start(directory, Map.of("DATA_DIR", "data", "GRPC_PORT", "0"), arguments);
  }

  @Test
  void life_ofTheServiceOnItsEmbeddedDatabase() throws Exception {
    User ada;
    try (var first = start()) {
      ada =
          first.awaitUsers().createUser(TestService.aRequest("ada@example.com").build()).getUser();
      assertSecondStartIsRefused(first, ada);
      // A client of the database stays connected, such as an operator's console.
      try (var console = console()) {
        assertTrue(console.isValid(10));
        first.kill();
        makeBinariesOlder();
        try (var second = start("serve")) {
          assertEquals(ada, get(second, ada));
          assertCommandsWorkBeside(second);
          assertStopsInOrder(second, ada);
        }
      }
    }
    try (var migrate = start("migrate")) {
      assertEquals(0, migrate.awaitExit(), migrate.errors().toString());
      assertEquals(List.of("schema up to date, migrations applied: 0"), migrate.output());
    }
    try (var third = start()) {
      assertEquals("Augusta", get(third, ada).getFirstName());
      third.terminate();
      assertEquals(0, third.awaitExit());
      assertEquals(
          List.of(),
          third.errors().stream()
              .filter(line -> line.contains("WARN") && !line.contains("runs as root"))
              .toList());
    }
  }

  @Test
  void databaseThatIsKilled_comesBack_andOneThatCannotStartEndsTheService() throws Exception {
    Path cluster = directory.resolve("data/postgres");
    InitializedDataDirectory.copyTo(directory.resolve("data"));
    try (var process = start()) {
      var users = process.awaitUsers();
      var ada = users.createUser(TestService.aRequest("ada@example.com").build()).getUser();

      killPostgres(cluster);

      Await.until(() -> isWritten(users, ada));

      Files.writeString(cluster.resolve("PG_VERSION"), "9.6");
      killPostgres(cluster);

      assertEquals(1, process.awaitExit());
      assertEquals(
          List.of(
              "--data-dir (DATA_DIR): data: PostgreSQL ended and could not be started again: FATAL:"
                  + " database files are incompatible with server"),
          problems(process));
      // One warning for each end: no other part of the service warns about the same.
      var warnings =
          process.errors().stream()
              .filter(line -> line.contains("WARN") && !line.contains("runs as root"))
              .filter(
                  line -> !line.matches(".*could not be started again \\(attempt [12] of 3\\).*"))
              .toList();
      assertEquals(2, warnings.size(), warnings::toString);
      assertEquals(2, count(process, "has ended unexpectedly"));
      assertEquals(1, count(process, "PostgreSQL runs again"));
      assertEquals(0, count(process, "available again"));
    }
  }

  private static long count(ServerProcess process, String text) {
    return process.errors().stream().filter(line -> line.contains(text)).count();
  }

  private static void killPostgres(Path cluster) throws IOException {
    String pid = Files.readAllLines(cluster.resolve("postmaster.pid")).get(0).strip();
    ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();
  }

  /** Returns whether a write succeeds. Until then, calls must fail with a request to retry. */
  private static boolean isWritten(UserServiceBlockingStub users, User user) {
    try {
      var change = User.newBuilder().setFirstName("Augusta");
      users.updateUser(TestService.anUpdate(user, change, "first_name").build());
      return true;
    } catch (StatusRuntimeException failed) {
      var failure = Failure.of(failed);
      failure.assertIs(Code.UNAVAILABLE, "DATABASE_UNAVAILABLE");
      assertTrue(failure.retry().isPresent());
      return false;
    }
  }

  @Test
  void terminatedWhileItStarts_leavesNoDatabaseBehind() throws Exception {
    Path pidFile = directory.resolve("data/postgres/postmaster.pid");
    // The first start creates the data, and the second one uses it.
    for (int i = 0; i < 2; i++) {
      try (var starting = start()) {
        Await.until(() -> Files.exists(pidFile));

        starting.terminate();

        assertEquals(0, starting.awaitExit(), starting.errors().toString());
      }
      assertFalse(Files.exists(pidFile));
    }
  }

  /** The program that creates the data hangs, as on a disk that does not answer. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void terminatedWhileItCreatesTheData_endsTheProgramThatDoes() throws Exception {
    Path unfinished = directory.toRealPath().resolve("data/postgres-unfinished");
    try (var starting = start()) {
      Await.until(() -> creator(unfinished).isPresent());
      var creator = creator(unfinished).orElseThrow();
      new ProcessBuilder("kill", "-STOP", Long.toString(creator.pid())).start().waitFor();

      starting.terminate();

      assertEquals(0, starting.awaitExit(), starting.errors().toString());
      Await.until(() -> !creator.isAlive());
      assertTrue(
          String.join("\n", starting.errors()).matches("(?s).*stopped after [0-9]\\.[0-9] s.*"));
    }
  }

  private static Optional<ProcessHandle> creator(Path data) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().command().orElse("").endsWith("/initdb"))
        .filter(
            process ->
                Arrays.asList(process.info().arguments().orElse(new String[0]))
                    .contains("--pgdata=" + data))
        .findFirst();
  }

  @Test
  void command_terminatedOnceItsDatabaseRuns_leavesNoneBehind() throws Exception {
    Path pidFile = directory.resolve("data/postgres/postmaster.pid");
    try (var migrate = start("migrate")) {
      Await.until(() -> Files.exists(pidFile));

      migrate.terminate();

      assertEquals(128 + 15, migrate.awaitExit(), migrate.errors().toString());
    }
    assertFalse(Files.exists(pidFile));
  }

  /**
   * Makes the binaries look like after an upgrade of the jar, so that the next start unpacks others
   * beside them.
   */
  private void makeBinariesOlder() throws IOException {
    try (var unpacked = Files.newDirectoryStream(directory.resolve("data/postgres-programs"))) {
      for (Path one : unpacked) {
        Files.move(one, one.resolveSibling("older-" + one.getFileName()));
      }
    }
  }

  private Connection console() throws SQLException {
    var url = EmbeddedDatabase.running(directory.resolve("data")).orElseThrow();
    return DriverManager.getConnection(
        url.jdbcUrl(), url.user().orElseThrow(), url.password().orElseThrow());
  }

  private static User get(ServerProcess server, User user) throws InterruptedException {
    var request = GetUserRequest.newBuilder().setUserId(user.getId()).build();
    return server.awaitUsers().getUser(request).getUser();
  }

  private void assertSecondStartIsRefused(ServerProcess first, User user) throws Exception {
    try (var second = start()) {
      assertEquals(1, second.awaitExit());
      assertEquals(
          List.of(
              "--data-dir (DATA_DIR): data is in use by another running service (expected: a free one)"),
          problems(second));
    }
    assertEquals(user, get(first, user));
  }

  /** Returns the lines of standard error that are not log lines. */
  private static List<String> problems(ServerProcess process) {
    return process.errors().stream()
        .filter(line -> !line.matches("\\d{4}-\\d\\d-\\d\\dT.*"))
        .toList();
  }

  private void assertCommandsWorkBeside(ServerProcess running) throws Exception {
    String port = running.awaitChannel().authority().replaceFirst(".*:", "");
    try (var healthcheck = start("healthcheck", "--port", port)) {
      assertEquals(0, healthcheck.awaitExit());
      assertEquals(List.of("SERVING"), healthcheck.output());
    }
    try (var createAdmin = start("create-admin", "--email", "root@example.com")) {
      createAdmin.type("xkwq-vzpt-admin");
      assertEquals(0, createAdmin.awaitExit(), createAdmin.errors().toString());
      String id = createAdmin.output().get(0).replace("created admin ", "");
      User admin = get(running, User.newBuilder().setId(id).build());
      assertEquals("USER_ROLE_ADMIN", admin.getRoles(0).name());
      assertEquals(UserStatus.USER_STATUS_ACTIVE, admin.getStatus());
    }
    try (var taken = start("create-admin", "--email", "ROOT@example.com")) {
      taken.type("xkwq-vzpt-admin");
      assertEquals(1, taken.awaitExit());
      var lines = problems(taken);
      assertTrue(lines.get(0).startsWith("Database: postgres on localhost:"), lines.toString());
      assertEquals(
          List.of("email: taken (expected: an address that no user has)"),
          lines.subList(1, lines.size()));
    }
  }

  private void assertStopsInOrder(ServerProcess server, User user) throws Exception {
    var watching =
        HealthGrpc.newBlockingStub(server.awaitChannel())
            .watch(HealthCheckRequest.getDefaultInstance());
    assertEquals(ServingStatus.SERVING, watching.next().getStatus());
    try (var locker = console()) {
      locker.setAutoCommit(false);
      locker.createStatement().execute("select 1 from users for update");
      var update =
          TestService.anUpdate(user, User.newBuilder().setFirstName("Augusta"), "first_name");
      var running = UserServiceGrpc.newFutureStub(server.awaitChannel()).updateUser(update.build());
      awaitLockedStatement(locker);

      server.terminate();

      assertEquals(ServingStatus.NOT_SERVING, watching.next().getStatus());
      locker.rollback();
      assertEquals("Augusta", running.get().getUser().getFirstName());
    }
    assertEquals(0, server.awaitExit());
    assertTrue(
        server.errors().stream().noneMatch(line -> line.contains("cut off")),
        server.errors().toString());
  }

  private static void awaitLockedStatement(Connection connection) throws Exception {
    String sql = "select 1 from pg_stat_activity where wait_event_type = 'Lock'";
    try (var statement = connection.createStatement()) {
      Await.until(
          () -> {
            // Within one transaction, the view does not change by itself.
            statement.execute("select pg_stat_clear_snapshot()");
            try (var rows = statement.executeQuery(sql)) {
              return rows.next();
            }
          });
    }
  }
}
