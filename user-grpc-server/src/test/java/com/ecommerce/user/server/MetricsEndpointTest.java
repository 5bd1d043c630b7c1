package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.server.config.MetricsSettings;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.metrics.Metrics;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.HttpProbe;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MetricsEndpointTest {
  private static final Optional<String> LOOPBACK = Optional.of("127.0.0.1");

  private final Metrics metrics =
      new Metrics("1.2.3", Executors.newSingleThreadScheduledExecutor());

  @AfterEach
  void stop() {
    metrics.close();
  }

  private static ServerSocket taken() throws Exception {
    return new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
  }

  private MetricsEndpoint listen(int port, boolean isPortChosen) {
    return new MetricsEndpoint(
        LOOPBACK, new MetricsSettings(Optional.of(port), isPortChosen), metrics);
  }

  @Test
  void readiness_isWhatTheServerTells() {
    try (var endpoint = listen(0, true)) {
      var http = new HttpProbe(endpoint.port());
      assertEquals(200, http.status("/livez"));
      assertEquals(503, http.status("/readyz"));

      endpoint.readyWhen(() -> true);

      assertEquals(200, http.status("/readyz"));
    }
  }

  @Test
  void otherMethods_areNotAllowed() throws Exception {
    var client = HttpClient.newHttpClient();
    try (var endpoint = listen(0, true)) {
      for (String path : List.of("/metrics", "/livez", "/readyz")) {
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND")) {
          var refused = client.send(request(endpoint, method, path), BodyHandlers.ofString());
          assertEquals(405, refused.statusCode());
          assertEquals(Optional.of("GET, HEAD, OPTIONS"), refused.headers().firstValue("Allow"));
        }
        var options = client.send(request(endpoint, "OPTIONS", path), BodyHandlers.ofString());
        assertEquals(204, options.statusCode());
        assertEquals(Optional.of("GET, HEAD, OPTIONS"), options.headers().firstValue("Allow"));
      }
      var missing = client.send(request(endpoint, "POST", "/x"), BodyHandlers.ofString());
      assertEquals(404, missing.statusCode());
    }
  }

  private static HttpRequest request(MetricsEndpoint endpoint, String method, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path))
        .timeout(Duration.ofSeconds(30))
        .method(method, BodyPublishers.noBody())
        .build();
  }

  @Test
  void requestsThatAreNeverFinished_holdUpNoProbe() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try (var endpoint = listen(0, true)) {
      for (int i = 0; i < 50; i++) {
        var socket = new Socket("127.0.0.1", endpoint.port());
        slow.add(socket);
        socket.getOutputStream().write("GET /metr".getBytes(StandardCharsets.US_ASCII));
      }

      assertEquals(200, new HttpProbe(endpoint.port()).status("/livez"));
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void chosenPortInUse_isRefused() throws Exception {
    try (var taken = taken()) {
      int port = taken.getLocalPort();

      var refused = assertThrows(StartupException.class, () -> listen(port, true));

      assertTrue(
          refused
              .getMessage()
              .matches(
                  "--metrics-port \\(METRICS_PORT\\): cannot listen on .*:"
                      + port
                      + ": .*in use \\(expected: .*"),
          refused.getMessage());
    }
  }

  @Test
  void presetPortInUse_givesWay() throws Exception {
    try (var taken = taken();
        var log = new CapturedLog();
        var endpoint = listen(taken.getLocalPort(), false)) {
      assertNotEquals(taken.getLocalPort(), endpoint.port());
      assertEquals(200, new HttpProbe(endpoint.port()).status("/livez"));
      assertTrue(
          log.text().contains("--metrics-port (METRICS_PORT): the default port"), log.text());
    }
  }

  /** 192.0.2.0/24 is reserved for documentation, so no machine has such an address. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void addressOfAnotherMachine_isNamedBesideThePort(boolean isPortChosen) {
    var options = new MetricsSettings(Optional.of(0), isPortChosen);

    var refused =
        assertThrows(
            StartupException.class,
            () -> new MetricsEndpoint(Optional.of("192.0.2.1"), options, metrics));

    assertTrue(
        refused
            .getMessage()
            .startsWith(
                "--bind (BIND_ADDRESS) or --metrics-port (METRICS_PORT): cannot listen on 192.0.2.1:0:"),
        refused.getMessage());
  }

  @Test
  void addressOfNoMachine_isRefusedByItsName() {
    var options = new MetricsSettings(Optional.of(0), true);

    var refused =
        assertThrows(
            StartupException.class,
            () -> new MetricsEndpoint(Optional.of("no-such-host.invalid"), options, metrics));

    assertTrue(refused.getMessage().startsWith("--bind (BIND_ADDRESS): "), refused.getMessage());
  }
}
