package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.ServerProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests REST of the runnable jar. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class RestIT {
  private static final Pattern LISTENING = Pattern.compile("REST API listening on port (\\d+)");

  @TempDir private Path directory;

  private ServerProcess start(TestDatabase database, String... arguments) {
    var environment =
        Map.of("DATABASE_URL", database.jdbcUrl(), "BIND_ADDRESS", "127.0.0.1", "GRPC_PORT", "0");
    return ServerProcess.start(directory, environment, arguments);
  }

  @Test
  void rest_listensBesideGrpcAndStopsWithIt(TestDatabase database) throws Exception {
    try (var process = start(database)) {
      var listening = LISTENING.matcher(process.awaitLine("REST API .*"));
      assertTrue(listening.matches());
      var request =
          HttpRequest.newBuilder(
                  URI.create("http://localhost:" + listening.group(1) + "/api/health/"))
              .timeout(Duration.ofSeconds(30))
              .build();
      var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());

      assertEquals(200, answer.statusCode());
      assertTrue(answer.body().contains("\"status\":\"healthy\",\"service\":\"user-service\""));
      process.terminate();
      assertEquals(0, process.awaitExit());
    }
  }

  @Test
  void noRest_leavesItOut(TestDatabase database) throws Exception {
    try (var process = start(database, "--no-rest")) {
      process.awaitUsers();
      process.terminate();
      process.awaitExit();
      assertEquals(1, process.output().size(), process.output().toString());
    }
  }

  @Test
  void takenPort_endsTheStart(TestDatabase database) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      try (var process = start(database, "--rest-port", port)) {
        assertEquals(1, process.awaitExit());
        var lines = process.errors().stream().filter(line -> !line.contains(" INFO ")).toList();
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(
            lines
                .get(0)
                .matches(
                    "--rest-port \\(REST_PORT\\): cannot listen on 127.0.0.1:"
                        + port
                        + ": .*in use \\(expected: .*"),
            lines.get(0));
      }
    }
  }
}
