package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.FreePorts;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.HttpProbe;
import com.ecommerce.user.server.testing.ServerProcess;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.ListUsersRequest;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests the whole log of the runnable jar at its most detailed level, during calls of all kinds.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(240)
class LogIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String JWT_SECRET = "qvnrwxk-jwt-secret-that-nobody-may-read";
  private static final String CALLS = "com.ecommerce.user.calls";

  @TempDir private Path directory;

  private ServerProcess start(TestDatabase database, Map<String, String> more) {
    var environment =
        new HashMap<>(
            Map.of(
                "DATABASE_URL", database.jdbcUrl() + "&sslpassword=qvnrwxk-database",
                "BIND_ADDRESS", "127.0.0.1",
                "GRPC_PORT", "0",
                "DATA_DIR", directory.toString(),
                "JWT_SECRET", JWT_SECRET,
                "LOG_LEVEL", "trace",
                "LOG_FORMAT", "json"));
    environment.putAll(more);
    return ServerProcess.start(directory, environment);
  }

  private static List<JsonNode> lines(ServerProcess stopped) {
    return stopped.errors().stream().map(JSON::readTree).toList();
  }

  private static String text(JsonNode line, String field) {
    return line.path(field).asString("");
  }

  private static void assertNone(Set<String> secrets, List<String> log) {
    for (String line : log) {
      for (String secret : secrets) {
        assertFalse(line.contains(secret), () -> secret + " in: " + line);
      }
    }
  }

  @Test
  void nothingPersonalOrSecret_isInAnyLine(TestDatabase database) throws Exception {
    var secrets = new TreeSet<>(Set.of(JWT_SECRET, "qvnrwxk"));
    try (var process = start(database, Map.of())) {
      var channel = process.awaitChannel();
      var rest = new HttpProbe(process.awaitRestPort());
      var story = new LogStory(channel, rest, database, directory.resolve("mail"));
      story.tell();
      secrets.addAll(story.secrets());
      process.terminate();
      assertEquals(0, process.awaitExit());

      assertTrue(secrets.size() > 30, secrets.toString());
      assertNone(secrets, process.errors());
      var lines = lines(process);
      assertCallsHaveLines(lines);
      assertFailuresAreFound(lines, story.callIdsOfDefects());
      assertTrue(
          lines.stream().noneMatch(line -> text(line, "logger").startsWith("org.postgresql")));
    }
  }

  private static void assertCallsHaveLines(List<JsonNode> lines) {
    var calls = lines.stream().filter(line -> text(line, "logger").equals(CALLS)).toList();
    assertTrue(calls.size() > 30, "only " + calls.size());
    for (JsonNode call : calls) {
      assertEquals("DEBUG", text(call, "level"));
      assertTrue(text(call, "call_id").matches("[0-9a-f]{16}"), call.toString());
      assertTrue(call.path("duration_us").isNumber(), call.toString());
      assertTrue(text(call, "network").matches("127\\.0\\.0\\.0/24|0:0:0::/48"), call.toString());
      assertFalse(text(call, "caller").isEmpty(), call.toString());
    }
    var seen = calls.stream().map(call -> text(call, "method") + " " + text(call, "outcome"));
    var expected =
        Set.of(
            "user.v1.UserService/CreateUser OK",
            "user.v1.AuthService/Login UNAUTHENTICATED",
            "user.v1.UserService/GetUser NOT_FOUND",
            "(unknown method) UNIMPLEMENTED",
            "GET /verify-email 200",
            "POST /api/auth/login 401",
            "GET other 404");
    var missing = new TreeSet<>(expected);
    missing.removeAll(seen.toList());
    assertEquals(Set.of(), missing);
  }

  /**
   * Checks that each defect is logged once, with its stack trace, under the call id that its caller
   * received.
   */
  private static void assertFailuresAreFound(List<JsonNode> lines, Set<String> callIds) {
    assertEquals(2, callIds.size(), callIds.toString());
    for (String callId : callIds) {
      var errors =
          lines.stream()
              .filter(line -> text(line, "call_id").equals(callId))
              .filter(line -> text(line, "level").equals("ERROR"))
              .toList();
      assertEquals(1, errors.size(), errors.toString());
      assertTrue(text(errors.get(0), "stack").contains("\n\tat "), errors.toString());
    }
  }

  @Test
  void mailServerThatIsAway_isToldWithoutSecrets(TestDatabase database) throws Exception {
    int deadPort = FreePorts.next();
    String smtp = "smtp://qvnrwxk-login:qvnrwxk-password@127.0.0.1:" + deadPort;
    try (var process = start(database, Map.of("SMTP_URL", smtp))) {
      process.awaitUsers().createUser(TestService.aRequest("qvnrwxk@example.com").build());
      Await.until(() -> process.errors().stream().anyMatch(line -> line.contains("was not sent")));
      process.terminate();
      assertEquals(0, process.awaitExit());

      assertNone(Set.of("qvnrwxk", JWT_SECRET), process.errors());
      var mails =
          lines(process).stream()
              .filter(line -> text(line, "message").startsWith("Mails: "))
              .toList();
      assertEquals(1, mails.size(), mails.toString());
      assertEquals(
          "Mails: sent through smtp://127.0.0.1:" + deadPort, text(mails.get(0), "message"));
      assertEquals("INFO", text(mails.get(0), "level"));
    }
  }

  @Test
  void tracedCalls_haveTheIdOfTheirTrace(TestDatabase database) throws Exception {
    String traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    String parent = "00-" + traceId + "-00f067aa0ba902b7-01";
    // Nothing receives the spans, which must not affect calls.
    var environment =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://127.0.0.1:1",
            "OTEL_BSP_SCHEDULE_DELAY",
            "60000");
    try (var process = start(database, environment)) {
      var headers = new Metadata();
      headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), parent);
      process
          .awaitUsers()
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
          .listUsers(ListUsersRequest.getDefaultInstance());
      new HttpProbe(process.awaitRestPort())
          .send("GET", "/api/users/me", "", "traceparent", parent);
      process.terminate();
      assertEquals(0, process.awaitExit());

      var traced =
          lines(process).stream()
              .filter(line -> text(line, "logger").equals(CALLS))
              .filter(line -> text(line, "trace_id").equals(traceId))
              .map(line -> text(line, "method"))
              .sorted()
              .toList();
      assertEquals(List.of("GET /api/users/me", "user.v1.UserService/ListUsers"), traced);
    }
  }

  @Test
  void librariesThatKnowOtherLoggers_writeTheSameLines(TestDatabase database) throws Exception {
    var environment = Map.of("JAVA_TOOL_OPTIONS", "-Duser.timezone=UTC");
    try (var process = start(database, environment)) {
      // gRPC logs a problem for a protocol other than HTTP/2, but must not for a probe that
      // disconnects.
      int port = process.awaitPort();
      try (var socket = new java.net.Socket("127.0.0.1", port)) {
        socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes());
        socket.getInputStream().readAllBytes();
      }
      process.terminate();
      assertEquals(0, process.awaitExit());
      var lines = process.errors().stream().filter(line -> !line.startsWith("Picked up ")).toList();
      lines.forEach(line -> assertNotNull(JSON.readTree(line)));
    }
  }
}
