package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.HttpProbe;
import com.ecommerce.user.server.testing.ServerProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests that every line of the runnable jar is a JSON object with LOG_FORMAT=json, in all
 * situations.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class JsonOutputIT {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path directory;

  private ServerProcess start(Map<String, String> environment, String... words) {
    var all = new HashMap<>(Map.of("LOG_FORMAT", "json", "GRPC_PORT", "0"));
    all.putAll(environment);
    return ServerProcess.start(directory, all, words);
  }

  private static List<JsonNode> parsed(ServerProcess ended) {
    return Stream.concat(ended.output().stream(), ended.errors().stream())
        .map(JsonOutputIT::object)
        .toList();
  }

  private static JsonNode object(String line) {
    var node = JSON.readTree(line);
    assertTrue(node.isObject(), line);
    for (String field : List.of("timestamp", "level", "logger", "thread", "message")) {
      assertTrue(node.path(field).isString(), line);
    }
    return node;
  }

  /** Returns the reasons of a start that fails. */
  private List<String> failures(Map<String, String> environment, String... words)
      throws InterruptedException {
    try (var process = start(environment, words)) {
      assertEquals(1, process.awaitExit(), process.errors().toString());
      return parsed(process).stream()
          .filter(line -> line.path("level").asString().equals("ERROR"))
          .map(line -> line.path("message").asString())
          .toList();
    }
  }

  private static void assertOne(List<String> lines, String start) {
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).startsWith(start), lines.toString());
  }

  @Test
  void commandLines_thatAreNotUnderstood() throws Exception {
    assertOne(failures(Map.of(), "--pot", "1"), "--pot: no such option (did you mean --port?)");
    assertOne(
        failures(Map.of("LOG_FORMAT", "text"), "--log-format", "json", "--pot"),
        "--pot: no such option");
    assertOne(failures(Map.of(), "create-admin"), "--email: missing");
  }

  @Test
  void valuesThatAreWrong_areOneObjectEach() throws Exception {
    var lines = failures(Map.of("GRPC_MAX_WORKERS", "many"), "--port", "http");

    assertEquals(
        List.of(
            "--port (GRPC_PORT): http (expected: a whole number from 0 to 65535)",
            "--workers (GRPC_MAX_WORKERS): many (expected: a whole number from 1 to 1000)"),
        lines);
  }

  @Test
  void databases_thatDoNotExist() throws Exception {
    String away = "postgresql://ada:hunter2@127.0.0.1:1/users";
    assertOne(
        failures(Map.of("DATABASE_URL", away, "DATABASE_CONNECT_TIMEOUT_SECONDS", "1")),
        "--database-url (DATABASE_URL): postgresql://127");
    Files.writeString(directory.resolve("file"), "x");
    assertOne(failures(Map.of("DATA_DIR", "file")), "--data-dir (DATA_DIR): file (expected: ");
    assertOne(
        failures(Map.of("DATA_DIR", "none"), "list-clients"),
        "--data-dir (DATA_DIR): " + directory.toRealPath().resolve("none") + " has no database");
    assertFalse(Files.exists(directory.resolve("none")));
    assertOne(failures(Map.of(), "healthcheck", "--port", "1"), "no answer on port 1: UNAVAILABLE");
  }

  @Test
  void portInUse_afterTheDatabaseWasOpened(TestDatabase database) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      var environment = Map.of("DATABASE_URL", database.jdbcUrl(), "BIND_ADDRESS", "127.0.0.1");

      assertOne(failures(environment, "--port", port), "--port (GRPC_PORT): cannot listen on ");
    }
  }

  @Test
  void serviceThatServesAndStops_writesOnlyJson(TestDatabase database) throws Exception {
    var environment = Map.of("DATABASE_URL", database.jdbcUrl(), "BIND_ADDRESS", "127.0.0.1");
    try (var process = start(environment, "--metrics-port", "0")) {
      int port = process.awaitPort();
      int rest = process.awaitRestPort();
      assertTrue(port > 0 && process.awaitMetricsPort() > 0);
      assertEquals(200, new HttpProbe(rest).status("/.well-known/jwks.json"));
      process.terminate();
      assertEquals(0, process.awaitExit());

      assertEquals(3, process.output().size(), process.output().toString());
      assertTrue(parsed(process).size() > 3);
    }
  }
}
