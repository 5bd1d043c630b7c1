package com.ecommerce.user.server.webhook;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.request.Networks;
import com.ecommerce.user.core.webhook.WebhookAnswer;
import com.ecommerce.user.core.webhook.WebhookException;
import com.ecommerce.user.core.webhook.WebhookMessage;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends to endpoints on this machine. */
@Timeout(180)
class HttpWebhookTransportTest {
  private static final Networks LOOPBACK = Networks.parse("127.0.0.0/8,::1");
  private static final Duration SHORT = Duration.ofMillis(700);

  /** A timeout that is long enough for endpoints that answer, on any machine. */
  private static final Duration LONG = Duration.ofSeconds(30);

  /** A bound below the time that slow or silent endpoints would take. */
  private static final Duration IN_TIME = Duration.ofSeconds(15);

  private static final byte[] BODY = "{\"a\":\"ä\"}".getBytes(StandardCharsets.UTF_8);

  private record Received(String method, String path, Map<String, String> headers, byte[] body) {}

  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> ports = new LinkedBlockingQueue<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(DaemonThreads.forEach("endpoint"));
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    ports.add(exchange.getRemoteAddress().getPort());
    received.add(
        new Received(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            Map.of(
                "content-type", headers.getFirst("content-type"),
                "webhook-id", headers.getFirst("webhook-id"),
                "host", headers.getFirst("host")),
            exchange.getRequestBody().readAllBytes()));
    String path = exchange.getRequestURI().getPath();
    if (path.startsWith("/redirect/")) {
      int status = Integer.parseInt(path.substring("/redirect/".length()));
      exchange.getResponseHeaders().add("Location", url("/elsewhere"));
      exchange.sendResponseHeaders(status, -1);
    } else {
      byte[] answer = "thanks".getBytes(StandardCharsets.UTF_8);
      if (path.equals("/busy")) {
        exchange.getResponseHeaders().add("Retry-After", "120");
      }
      exchange.sendResponseHeaders(path.equals("/busy") ? 503 : 200, answer.length);
      exchange.getResponseBody().write(answer);
    }
    exchange.close();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private static WebhookMessage message(String url) {
    return new WebhookMessage(
        URI.create(url),
        Map.of("content-type", "application/cloudevents+json", "webhook-id", "7"),
        BODY);
  }

  private static HttpWebhookTransport transport(Networks allowed, Duration timeout) {
    return new HttpWebhookTransport(
        new AddressRules(allowed, InetAddress::getAllByName), timeout, Optional.empty());
  }

  private static String failure(HttpWebhookTransport transport, String url) {
    return assertThrows(WebhookException.class, () -> transport.post(message(url))).getMessage();
  }

  @Test
  void post_sendsTheMessage_andReturnsTheStatus() throws Exception {
    try (var transport = new HttpWebhookTransport(LOOPBACK)) {
      assertEquals(200, transport.post(message(url("/hooks?shop=1"))).status());
      assertEquals(
          new WebhookAnswer(503, Optional.of("120")), transport.post(message(url("/busy"))));
    }

    var first = received.remove();
    assertEquals("POST", first.method());
    assertEquals("/hooks?shop=1", first.path());
    assertEquals("application/cloudevents+json", first.headers().get("content-type"));
    assertEquals("7", first.headers().get("webhook-id"));
    assertEquals("127.0.0.1:" + server.getAddress().getPort(), first.headers().get("host"));
    assertArrayEquals(BODY, first.body());
    // An answer that was read to its end leaves the connection for the next message.
    assertEquals(ports.remove(), ports.remove());
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void post_followsNoRedirect(int status) throws Exception {
    try (var transport = new HttpWebhookTransport(LOOPBACK)) {
      assertEquals(status, transport.post(message(url("/redirect/" + status))).status());
    }
    assertEquals("/redirect/" + status, received.remove().path());
    assertTrue(received.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0.0.0.0",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[0:0:0:0:0:0:0:0]",
        "169.254.169.254",
        "10.0.0.1"
      })
  void post_toThisMachineOrAPrivateNetwork_isRefused(String host) {
    try (var transport = new HttpWebhookTransport(Networks.parse("192.168.7.0/24"))) {
      int port = server.getAddress().getPort();
      assertEquals(
          "the address is not allowed", failure(transport, "https://" + host + ":" + port + "/"));
      assertEquals(
          "the address is not allowed", failure(transport, "http://" + host + ":" + port + "/"));
    }
    assertTrue(received.isEmpty());
  }

  @Test
  void post_checksTheVeryAddressThatItConnectsTo() throws Exception {
    var loopback = InetAddress.getLoopbackAddress();
    var internet = InetAddress.getByName("1.1.1.1");
    var lookups = new AtomicInteger();
    // The name points to this machine only for the first lookup, and later for others.
    var rules =
        new AddressRules(
            Networks.parse("127.0.0.1"),
            host ->
                lookups.incrementAndGet() == 1
                    ? new InetAddress[] {internet, loopback}
                    : new InetAddress[] {internet});
    try (var transport = new HttpWebhookTransport(rules, LONG, Optional.empty())) {
      int port = server.getAddress().getPort();
      assertEquals(200, transport.post(message("http://shop.example:" + port + "/")).status());
      assertEquals(1, lookups.get());
      // Another port, so that the open connection is not used.
      assertEquals(
          "the address is not allowed", failure(transport, "http://shop.example:" + 1024 + "/"));
    }
    assertEquals(
        "shop.example:" + server.getAddress().getPort(), received.remove().headers().get("host"));
  }

  @Test
  void post_withoutTls_isRefusedUnlessNetworksAreAllowed() {
    try (var transport = new HttpWebhookTransport(Networks.NONE)) {
      assertEquals("http is not allowed (expected: https)", failure(transport, url("/")));
    }
    assertTrue(received.isEmpty());
  }

  @Test
  void post_toAServerWithoutTls_failsWithHttps() throws Exception {
    try (var endpoint =
            endpoint(
                socket -> {
                  write(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");
                  socket.getInputStream().readAllBytes();
                });
        var transport = transport(LOOPBACK, LONG)) {
      assertEquals("TLS failed", failure(transport, url(endpoint).replace("http:", "https:")));
      assertEquals("host not found", failure(transport, "https://nowhere.invalid/"));
    }
  }

  /** An endpoint that writes whatever it likes. */
  private interface Script {
    void run(Socket socket) throws IOException, InterruptedException;
  }

  private static ServerSocket endpoint(Script script) throws IOException {
    return endpoint(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
  }

  /** Runs the script for the next connection to an endpoint. */
  private static ServerSocket endpoint(ServerSocket listening, Script script) {
    DaemonThreads.forEach("raw-endpoint")
        .execute(
            () -> {
              try (var socket = listening.accept()) {
                script.run(socket);
              } catch (IOException | InterruptedException closed) {
                // The client is to close such connections.
                Thread.currentThread().interrupt();
              }
            });
    return listening;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private static String url(ServerSocket endpoint) {
    return "http://127.0.0.1:" + endpoint.getLocalPort() + "/";
  }

  private static void assertFailsInTime(Script script, Duration timeout, String reason)
      throws Exception {
    try (var endpoint = endpoint(script);
        var transport = transport(LOOPBACK, timeout)) {
      long begin = System.nanoTime();
      assertEquals(reason, failure(transport, url(endpoint)));
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      assertTrue(millis < IN_TIME.toMillis(), millis + " ms");
    }
  }

  @Test
  void post_givesUp_onAnEndpointThatNeverAnswers() throws Exception {
    var never = new CountDownLatch(1);
    assertFailsInTime(socket -> never.await(), SHORT, "no answer within 700 ms");
  }

  @Test
  void post_givesUp_onAnswersThatDrip() throws Exception {
    var pace = new CountDownLatch(1);
    assertFailsInTime(
        socket -> {
          write(socket, "HTTP/1.1 200 OK\r\n");
          for (int i = 0; i < 1_000; i++) {
            write(socket, "a");
            pace.await(20, TimeUnit.MILLISECONDS);
          }
        },
        SHORT,
        "no answer within 700 ms");
  }

  @Test
  void post_givesUp_onEndlessHeaders() throws Exception {
    assertFailsInTime(
        socket -> {
          write(socket, "HTTP/1.1 200 OK\r\n");
          for (int i = 0; i < 1_000_000; i++) {
            write(socket, "name" + i + ": value\r\n");
          }
        },
        LONG,
        "connection failed");
    assertFailsInTime(
        socket -> {
          write(socket, "HTTP/1.1 200 OK\r\nname: ");
          for (int i = 0; i < 1_000_000; i++) {
            write(socket, "0123456789");
          }
        },
        LONG,
        "connection failed");
  }

  @Test
  void post_givesUp_onAHostWithManyAddressesThatDoNotAnswer() throws Exception {
    var loopback = InetAddress.getLoopbackAddress();
    var rules =
        new AddressRules(
            LOOPBACK, host -> Collections.nCopies(10, loopback).toArray(InetAddress[]::new));
    // The system accepts the connections, and nobody answers the TLS handshakes.
    try (var silent = new ServerSocket(0, 50, loopback);
        var transport = new HttpWebhookTransport(rules, SHORT, Optional.empty())) {
      long begin = System.nanoTime();
      assertEquals(
          "no answer within 700 ms",
          failure(transport, "https://shop.example:" + silent.getLocalPort() + "/"));
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      assertTrue(millis < IN_TIME.toMillis(), millis + " ms");
    }
  }

  @Test
  void post_givesUp_onTlsHandshakesThatDrip() throws Exception {
    var loopback = InetAddress.getLoopbackAddress();
    var pace = new CountDownLatch(1);
    Script drip =
        socket -> {
          // The header of a handshake record of 16 KiB, and its beginning.
          socket.getOutputStream().write(new byte[] {22, 3, 3, 64, 0});
          for (int i = 0; i < 1_000; i++) {
            socket.getOutputStream().write(0);
            pace.await(20, TimeUnit.MILLISECONDS);
          }
        };
    try (var endpoint = endpoint(drip);
        var second = endpoint(endpoint, drip);
        var transport =
            new HttpWebhookTransport(
                new AddressRules(LOOPBACK, host -> new InetAddress[] {loopback, loopback}),
                SHORT,
                Optional.empty())) {
      long begin = System.nanoTime();
      assertEquals(
          "no answer within 700 ms", failure(transport, url(endpoint).replace("http:", "https:")));
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      assertTrue(millis < IN_TIME.toMillis(), millis + " ms");
    }
  }

  @Test
  void post_sendsNothing_whenTheLookupTookTooLong() throws Exception {
    var pace = new CountDownLatch(1);
    var rules =
        new AddressRules(
            LOOPBACK,
            host -> {
              try {
                pace.await(SHORT.toMillis() + 300, TimeUnit.MILLISECONDS);
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              }
              return InetAddress.getAllByName(host);
            });
    try (var transport = new HttpWebhookTransport(rules, SHORT, Optional.empty())) {
      assertEquals("no answer within 700 ms", failure(transport, url("/")));
    }
    assertTrue(received.isEmpty());
  }

  @Test
  void post_givesUp_onALookupThatHangs_whichDelaysNoOtherHost() throws Exception {
    var hangs = new CountDownLatch(1);
    var lookups = new AtomicInteger();
    var rules =
        new AddressRules(
            LOOPBACK,
            host -> {
              if (host.equals("hangs.example")) {
                lookups.incrementAndGet();
                awaitWithoutInterruption(hangs);
              }
              return new InetAddress[] {InetAddress.getLoopbackAddress()};
            });
    String hanging = "http://hangs.example:" + server.getAddress().getPort() + "/";
    try (var transport = new HttpWebhookTransport(rules, Duration.ofSeconds(3), Optional.empty())) {
      long begin = System.nanoTime();
      for (int i = 0; i < 3; i++) {
        assertEquals("no answer within 3000 ms", failure(transport, hanging));
        assertEquals(200, transport.post(message(url("/"))).status());
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      assertTrue(millis < IN_TIME.toMillis() * 2, millis + " ms");
      assertEquals(1, lookups.get());
      hangs.countDown();
      assertEquals(200, transport.post(message(hanging)).status());
    } finally {
      hangs.countDown();
    }
    assertEquals(4, received.size());
  }

  /** Waits like a call of the resolver, which no interruption ends. */
  private static void awaitWithoutInterruption(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException ignoredByTheResolver) {
        continue;
      }
    }
  }

  @Test
  void post_readsOnlyTheBeginningOfABody() throws Exception {
    var written = new AtomicLong();
    var ended = new CountDownLatch(1);
    try (var endpoint =
            endpoint(
                socket -> {
                  try {
                    write(socket, "HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n");
                    for (int i = 0; i < 100_000; i++) {
                      write(socket, "x".repeat(10_000));
                      written.addAndGet(10_000);
                    }
                  } finally {
                    ended.countDown();
                  }
                });
        var transport = transport(LOOPBACK, Duration.ofSeconds(20))) {
      assertEquals(200, transport.post(message(url(endpoint))).status());
      assertTrue(ended.await(30, TimeUnit.SECONDS), "the connection was not closed");
    }
    assertTrue(written.get() < 100_000_000, written + " bytes were taken");
  }

  @Test
  void post_takesTheStatus_ofAnAnswerWhoseBodyDrips() throws Exception {
    var pace = new CountDownLatch(1);
    try (var endpoint =
            endpoint(
                socket -> {
                  write(socket, "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
                  for (int i = 0; i < 1_000; i++) {
                    write(socket, "a");
                    pace.await(20, TimeUnit.MILLISECONDS);
                  }
                });
        var transport = transport(LOOPBACK, Duration.ofSeconds(5))) {
      long begin = System.nanoTime();
      assertEquals(200, transport.post(message(url(endpoint))).status());
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      assertTrue(millis < IN_TIME.toMillis(), millis + " ms");
    }
  }

  @Test
  void post_toAClosedPort_isRefused() throws Exception {
    String closed;
    try (var endpoint = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      closed = url(endpoint);
    }
    try (var transport = transport(LOOPBACK, LONG)) {
      assertEquals("connection refused", failure(transport, closed));
    }
  }

  @Test
  void close_endsMessagesThatAreBeingSent() throws Exception {
    var accepted = new CountDownLatch(1);
    var never = new CountDownLatch(1);
    var transport = transport(LOOPBACK, Duration.ofMinutes(2));
    try (var endpoint =
        endpoint(
            socket -> {
              socket.getInputStream().read();
              accepted.countDown();
              never.await();
            })) {
      DaemonThreads.forEach("closer")
          .execute(
              () -> {
                try {
                  assertTrue(accepted.await(30, TimeUnit.SECONDS));
                  transport.close();
                } catch (InterruptedException stopped) {
                  Thread.currentThread().interrupt();
                }
              });
      long begin = System.nanoTime();
      failure(transport, url(endpoint));
      assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(60));
      assertEquals("the service is stopping", failure(transport, url(endpoint)));
    }
  }
}
