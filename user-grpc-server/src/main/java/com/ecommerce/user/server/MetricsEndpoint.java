package com.ecommerce.user.server;

import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.server.config.MetricsSettings;
import com.ecommerce.user.server.config.Setting;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.metrics.Metrics;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics and probes over HTTP, on a port of their own: {@code /metrics} for Prometheus, {@code
 * /livez} that answers while the process does, {@code /readyz} that reports whether calls are
 * accepted. Uses the JDK's own server, which is small and has threads of its own.
 */
final class MetricsEndpoint implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MetricsEndpoint.class);

  /**
   * The maximum number of connections. The JDK's server occupies a thread from the first byte of a
   * request.
   */
  private static final int MAX_CONNECTIONS = 200;

  private static final int WAITING_CONNECTIONS = 64;
  private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final String TEXT_TYPE = "text/plain; charset=utf-8";

  private final Metrics metrics;
  private final ExecutorService threads =
      DaemonThreads.poolWithoutQueue("metrics", MAX_CONNECTIONS);
  private final HttpServer server;
  private volatile BooleanSupplier ready = () -> false;

  private static final String ALLOWED = "GET, HEAD, OPTIONS";
  private static final String METRICS = "/metrics";
  private static final String LIVE = "/livez";
  private static final String READY = "/readyz";
  private static final Set<String> PATHS = Set.of(METRICS, LIVE, READY);

  private record Answer(int status, String type, String body) {}

  /**
   * Starts to listen. It is not ready yet.
   *
   * @param address empty for all interfaces
   * @throws StartupException when the address is not one of this machine, or a port that the
   *     operator chose is in use
   */
  MetricsEndpoint(Optional<String> address, MetricsSettings options, Metrics metrics) {
    this.metrics = metrics;
    limitSlowClients();
    this.server = listen(address, options);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * Sets timeouts. By default, the JDK's server waits indefinitely for the rest of a request, with
   * a thread for each.
   */
  private static void limitSlowClients() {
    Map.of(
            "sun.net.httpserver.maxReqTime", "10",
            "sun.net.httpserver.maxRspTime", "30",
            "jdk.httpserver.maxConnections", Integer.toString(MAX_CONNECTIONS),
            "sun.net.httpserver.maxReqHeaderSize", "16384",
            "sun.net.httpserver.nodelay", "true")
        .forEach(
            (name, value) -> {
              if (System.getProperty(name) == null) {
                System.setProperty(name, value);
              }
            });
  }

  private static HttpServer listen(Optional<String> address, MetricsSettings options) {
    var wanted = ListenAddress.of(address, Setting.METRICS_PORT, options.port().orElseThrow());
    try {
      return HttpServer.create(wanted.socket(), WAITING_CONNECTIONS);
    } catch (BindException taken) {
      if (options.isPortChosen()) {
        throw wanted.cannotListen(taken);
      }
      return listenElsewhere(wanted, taken);
    } catch (IOException failed) {
      throw wanted.cannotListen(failed);
    }
  }

  /** Listens on a free port if the default port is in use, since the operator has not chosen it. */
  private static HttpServer listenElsewhere(ListenAddress preset, BindException taken) {
    try {
      var server =
          HttpServer.create(
              new InetSocketAddress(preset.socket().getAddress(), 0), WAITING_CONNECTIONS);
      log.warn(
          "{}: the default port {} is in use, so the service uses {} (set a port, or -1 to turn metrics off)",
          Setting.METRICS_PORT.title(),
          preset.socket().getPort(),
          server.getAddress().getPort());
      return server;
    } catch (IOException failed) {
      taken.addSuppressed(failed);
      throw preset.cannotListen(taken);
    }
  }

  /** Sets the source of readiness. */
  void readyWhen(BooleanSupplier serving) {
    ready = serving;
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var answer = answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      if (answer.status() == 405 || answer.status() == 204) {
        exchange.getResponseHeaders().set("Allow", ALLOWED);
      }
      if (body.length > 0) {
        exchange.getResponseHeaders().set("Content-Type", answer.type());
      }
      if (exchange.getRequestMethod().equals("HEAD") || body.length == 0) {
        exchange.sendResponseHeaders(answer.status(), -1);
      } else {
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
      }
    } catch (RuntimeException defect) {
      log.error("A request for metrics or a probe could not be answered", defect);
      throw defect;
    }
  }

  private Answer answer(String method, String path) {
    if (!PATHS.contains(path)) {
      return new Answer(404, TEXT_TYPE, "expected: /metrics, /livez or /readyz\n");
    }
    return switch (method) {
      case "GET", "HEAD" -> read(path);
      case "OPTIONS" -> new Answer(204, TEXT_TYPE, "");
      default -> new Answer(405, TEXT_TYPE, "expected: GET\n");
    };
  }

  private Answer read(String path) {
    return switch (path) {
      case METRICS -> new Answer(200, METRICS_TYPE, metrics.scrape());
      case LIVE -> new Answer(200, TEXT_TYPE, "alive\n");
      default ->
          ready.getAsBoolean()
              ? new Answer(200, TEXT_TYPE, "ready\n")
              : new Answer(503, TEXT_TYPE, "not ready\n");
    };
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
