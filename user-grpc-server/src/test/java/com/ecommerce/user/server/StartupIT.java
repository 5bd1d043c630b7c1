package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.HttpProbe;
import com.ecommerce.user.server.testing.ServerProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests starts of the jar. A start that fails ends with exit status 1 and prints only clear lines.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class StartupIT {
  @TempDir private Path directory;

  private List<String> refusal(Map<String, String> environment, String... arguments)
      throws InterruptedException {
    try (var process = ServerProcess.start(directory, environment, arguments)) {
      assertEquals(1, process.awaitExit(), process.errors().toString());
      assertEquals(List.of(), process.output());
      return process.errors().stream().filter(line -> !line.matches(".* INFO .*")).toList();
    }
  }

  private static void assertOneLine(List<String> lines, String pattern) {
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).matches(pattern), lines.get(0));
  }

  @Test
  void portInUse_endsTheStart(TestDatabase database) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      var lines =
          refusal(
              Map.of("DATABASE_URL", database.jdbcUrl(), "BIND_ADDRESS", "127.0.0.1"),
              "--port",
              port);

      assertOneLine(
          lines,
          "--port \\(GRPC_PORT\\): cannot listen on .*:" + port + ": .*in use.*\\(expected: .*");
    }
  }

  @Test
  void addressOfAnotherMachine_endsTheStart(TestDatabase database) throws Exception {
    var environment = Map.of("DATABASE_URL", database.jdbcUrl(), "BIND_ADDRESS", "192.0.2.1");

    assertOneLine(
        refusal(environment),
        "--bind \\(BIND_ADDRESS\\) or --port \\(GRPC_PORT\\): cannot listen on .*192\\.0\\.2\\.1:.*");
  }

  @Test
  void restPortInUse(TestDatabase database) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      var environment =
          Map.of("DATABASE_URL", database.jdbcUrl(), "BIND_ADDRESS", "127.0.0.1", "GRPC_PORT", "0");

      assertOneLine(
          refusal(environment, "--rest-port", port),
          "--rest-port \\(REST_PORT\\): cannot listen on 127.0.0.1:"
              + port
              + ": .*in use \\(expected: .*");
    }
  }

  @Test
  void metricsPortInUse_endsTheStart(TestDatabase database) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      var environment =
          Map.of(
              "DATABASE_URL",
              database.jdbcUrl(),
              "BIND_ADDRESS",
              "127.0.0.1",
              "GRPC_PORT",
              "0",
              "METRICS_PORT",
              port);

      assertOneLine(
          refusal(environment),
          "--metrics-port \\(METRICS_PORT\\): cannot listen on .*:"
              + port
              + ": .*in use \\(expected: .*");
    }
  }

  @Test
  void listeners_areToldInOrder_andStop(TestDatabase database) throws Exception {
    var environment =
        Map.of(
            "DATABASE_URL", database.jdbcUrl(),
            "BIND_ADDRESS", "127.0.0.1",
            "GRPC_PORT", "0",
            "METRICS_PORT", "0");
    try (var process = ServerProcess.start(directory, environment)) {
      int restPort = process.awaitRestPort();
      int port = process.awaitMetricsPort();

      assertEquals(
          List.of("gRPC UserService", "REST API", "Metrics"),
          process.output().stream().map(line -> line.replaceFirst(" listening on.*", "")).toList());
      assertEquals(200, new HttpProbe(port).status("/readyz"));
      assertEquals(200, new HttpProbe(port).status("/metrics"));
      var health = new HttpProbe(restPort).get("/api/health/");
      assertEquals(200, health.statusCode());
      assertTrue(health.body().contains("\"status\":\"healthy\",\"service\":\"user-service\""));
      process.terminate();
      assertEquals(0, process.awaitExit());
    }
  }

  @Test
  void noRest_leavesItOut(TestDatabase database) throws Exception {
    var environment =
        Map.of("DATABASE_URL", database.jdbcUrl(), "BIND_ADDRESS", "127.0.0.1", "GRPC_PORT", "0");
    try (var process = ServerProcess.start(directory, environment, "--no-rest")) {
      process.awaitUsers();
      process.terminate();
      process.awaitExit();
      assertEquals(1, process.output().size(), process.output().toString());
    }
  }

  @Test
  void startAndStop_areLoggedInShortLines(TestDatabase database) throws Exception {
    var environment =
        Map.of(
            "DATABASE_URL", database.jdbcUrl() + "&sslpassword=qvnrwxk",
            "JWT_SECRET", "qvnrwxk-jwt-secret-that-nobody-may-read",
            "BIND_ADDRESS", "127.0.0.1",
            "GRPC_PORT", "0",
            "METRICS_PORT", "0",
            "LOG_LEVEL", "info");
    try (var process = ServerProcess.start(directory, environment)) {
      String grpc = "127.0.0.1:" + process.awaitPort();
      String rest = "http://127.0.0.1:" + process.awaitRestPort();
      String metrics = "http://127.0.0.1:" + process.awaitMetricsPort();
      Await.until(() -> process.errors().stream().anyMatch(line -> line.contains(": Ready in ")));
      String firstUser = "There are no users yet. To register the first one: ";
      register(told(process, firstUser).replace(firstUser, ""), database);
      process.terminate();
      assertEquals(0, process.awaitExit());

      told(process, "User Service \\S+ is starting: Java [\\d.]+, process \\d+");
      told(process, "Network settings: GRPC_PORT=0, REST_PORT=0, BIND_ADDRESS=127.0.0.1");
      told(process, "Database settings: DATABASE_URL=\\(set\\)");
      told(process, "Authentication settings: PASSWORD_BCRYPT_COST=4, JWT_SECRET=\\(set\\)");
      told(process, "Mails: written to " + directory.toRealPath().resolve("data/mail") + ", ");
      told(process, "Mails on this machine: " + rest + "/dev/mails/[A-Za-z0-9_-]{43}$");
      told(
          process,
          "There is no admin yet. To create the first one, open "
              + rest
              + "/console/setup/[A-Za-z0-9_-]{43}$");
      told(process, "Database: postgresql://[^?@]+, PostgreSQL [\\d.]+, schema version \\d+$");
      told(process, "gRPC: " + grpc + " \\(plaintext\\), listening on 127\\.0\\.0\\.1");
      told(process, "REST: " + rest + ", documentation: " + rest + "/docs");
      told(process, "Metrics: " + metrics + "/metrics, readiness: " + metrics + "/readyz");
      told(
          process, "AUTH_MODE=off: .* listens on 127\\.0\\.0\\.1, which only this machine reaches");
      told(process, "Ready in \\d+\\.\\d s");
      told(process, "User Service is stopping; running calls have 10 s to finish");
      told(process, "User Service stopped after \\d+\\.\\d s");
      // There is one more line, for the group of settings of the test.
      assertEquals(16 + 1, process.errors().size(), process.errors().toString());
      assertFalse(process.errors().toString().contains("qvnrwxk"), process.errors().toString());
    }
  }

  /** Returns the message that matches, which must be logged once, at INFO. */
  private static String told(ServerProcess process, String pattern) {
    var line = Pattern.compile(".* INFO .*?: (" + pattern + ".*)");
    var found =
        process.errors().stream()
            .map(line::matcher)
            .filter(Matcher::matches)
            .map(match -> match.group(1))
            .toList();
    assertEquals(1, found.size(), () -> pattern + " in " + process.errors());
    return found.get(0);
  }

  private static void register(String command, TestDatabase database) throws Exception {
    var shell = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
    String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, shell.waitFor(), answer);
    assertEquals(
        1,
        database.query("select 1 from users where email = 'ada@example.com'").size(),
        () -> command + ": " + answer);
  }

  @Test
  void logLevelWarn_leavesOnlyTheListeners(TestDatabase database) throws Exception {
    var environment =
        Map.of(
            "DATABASE_URL", database.jdbcUrl(),
            "BIND_ADDRESS", "127.0.0.1",
            "GRPC_PORT", "0",
            "LOG_LEVEL", "warn");
    try (var process = ServerProcess.start(directory, environment)) {
      process.awaitRestPort();
      process.terminate();
      assertEquals(0, process.awaitExit());

      assertEquals(List.of(), process.errors());
      assertEquals(2, process.output().size(), process.output().toString());
    }
  }

  @Test
  void unknownBindAddress_endsTheStart(TestDatabase database) throws Exception {
    var lines =
        refusal(
            Map.of("DATABASE_URL", database.jdbcUrl(), "GRPC_PORT", "0"),
            "--bind",
            "no-such-host.invalid");

    assertOneLine(lines, "--bind \\(BIND_ADDRESS\\): no-such-host.invalid.*\\(expected: .*");
  }

  @Test
  void invalidValues_areReportedAtOnce() throws Exception {
    var environment =
        Map.of(
            "GRPC_MAX_WORKERS", "many",
            "DATABASE_URL", "postgresql://ada:hunter2@h",
            "LOG_LEVEL", "chatty",
            "LOG_FORMAT", "xml",
            "METRICS_PORT", "-2",
            "PASSWORD_BCRYPT_COST", "99");

    var lines = refusal(environment, "--port", "http");

    assertEquals(
        List.of(
            "--port (GRPC_PORT): http (expected: a whole number from 0 to 65535)",
            "--workers (GRPC_MAX_WORKERS): many (expected: a whole number from 1 to 1000)",
            "--database-url (DATABASE_URL): no database named (expected: postgresql://user:pass@host:port/db)",
            "--password-bcrypt-cost (PASSWORD_BCRYPT_COST): 99 (expected: a whole number from 4 to 16)",
            "--metrics-port (METRICS_PORT): -2 (expected: a whole number from -1 to 65535)",
            "--log-level (LOG_LEVEL): chatty (expected: one of trace, debug, info, warn, error)",
            "--log-format (LOG_FORMAT): xml (expected: one of text, json)"),
        lines);
  }

  @Test
  void invalidTlsFiles_endTheStart() throws Exception {
    java.nio.file.Files.writeString(directory.resolve("cert.pem"), "none");
    var environment =
        Map.of("TLS_CERT_FILE", "cert.pem", "TLS_KEY_FILE", "key.pem", "REST_PORT", "http");

    assertEquals(
        List.of(
            "TLS_CERT_FILE: cert.pem has no certificate (expected: certificates in PEM)",
            "--rest-port (REST_PORT): http (expected: a whole number from -1 to 65535)"),
        refusal(environment));
  }

  @Test
  void unreachableDatabase_endsTheStart() throws Exception {
    // A server that accepts connections and never answers.
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = "postgresql://ada:hunter2@127.0.0.1:" + silent.getLocalPort() + "/users";

      var lines = refusal(Map.of("DATABASE_URL", url, "DATABASE_CONNECT_TIMEOUT_SECONDS", "1"));

      assertOneLine(
          lines,
          "--database-url \\(DATABASE_URL\\): postgresql://127.0.0.1:\\d+/users: unreachable \\(expected: .*");
    }
  }

  @Test
  void missingDatabase_endsTheStart(TestDatabase database) throws Exception {
    String url = database.jdbcUrl().replaceFirst("/test_\\d+", "/no_such_database");

    assertOneLine(refusal(Map.of("DATABASE_URL", url)), ".*no such database \\(expected: .*");
  }

  @Test
  void unknownFlag_endsTheStartWithASuggestion() throws Exception {
    assertOneLine(
        refusal(Map.of(), "--prot", "1"), "--prot: no such option \\(did you mean --port\\?\\)");
  }

  @Test
  void dataDirectoryThatIsAFile_endsTheStart() throws Exception {
    java.nio.file.Files.writeString(directory.resolve("file"), "x");

    assertOneLine(
        refusal(Map.of("DATA_DIR", "file")),
        "--data-dir \\(DATA_DIR\\): file \\(expected: a directory to write to\\)");
  }

  @Test
  void healthcheck_withoutAServerFails() throws Exception {
    assertOneLine(
        refusal(Map.of(), "healthcheck", "--port", "1"), "no answer on port 1: UNAVAILABLE");
  }

  @Test
  void createAdmin_reportsInvalidEmailAndPassword(TestDatabase database) throws Exception {
    var environment = Map.of("DATABASE_URL", database.jdbcUrl());
    try (var process =
        ServerProcess.start(directory, environment, "create-admin", "--email", "root")) {
      process.type("");

      assertEquals(1, process.awaitExit());
      assertEquals(2, process.errors().size(), process.errors().toString());
      assertTrue(process.errors().get(0).startsWith("--email: "));
      assertTrue(process.errors().get(1).startsWith("password: "));
    }
  }

  @Test
  void versionAndHelp_succeed() throws Exception {
    for (String flag : List.of("--version", "--help")) {
      try (var process = ServerProcess.start(directory, Map.of(), flag)) {
        assertEquals(0, process.awaitExit());
        assertEquals(List.of(), process.errors());
        assertTrue(String.join("\n", process.output()).contains("user-grpc-server"));
      }
    }
  }
}
