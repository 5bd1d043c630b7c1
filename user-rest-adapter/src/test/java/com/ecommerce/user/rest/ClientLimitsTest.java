package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.rest.http.RequestListeners;
import com.ecommerce.user.rest.jetty.RestLimits;
import com.ecommerce.user.rest.page.PageSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests clients that use more than their share. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class ClientLimitsTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final int BUDGET = 1 << 20;
  private static final String WHO =
      "{\"email\":\"nobody@example.com\",\"password\":\"wrong horse\"}";

  private final List<Socket> sockets = new ArrayList<>();
  private RestFixture fixture;

  @BeforeAll
  void start(TestDatabase database) {
    fixture = RestFixture.on(database);
  }

  @AfterAll
  void stop() {
    fixture.close();
  }

  @AfterEach
  void closeSockets() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  private RestApi start(RestLimits limits, TrustedProxies proxies) throws IOException {
    var settings =
        new TestRestSettings()
            .bindAddress("127.0.0.1")
            .proxies(proxies)
            .shutdownGrace(Duration.ofSeconds(1))
            .build();
    var api =
        new RestApi(
            fixture.core(),
            settings,
            PageSettings.DEFAULT,
            Workers.on(Runnable::run),
            fixture.clock(),
            new Random(),
            RequestListeners.NONE,
            limits);
    api.start();
    return api;
  }

  private Socket connect(RestApi api) throws IOException {
    return connect(api, "127.0.0.1");
  }

  private Socket connect(RestApi api, String from) throws IOException {
    var socket = new Socket("127.0.0.1", api.port(), InetAddress.getByName(from), 0);
    sockets.add(socket);
    return socket;
  }

  private Socket send(RestApi api, String text) throws IOException {
    var socket = connect(api);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String login(int length, int sent) {
    return "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n\r\n"
        + " ".repeat(sent);
  }

  private static String firstLine(Socket socket) throws IOException {
    return new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
        .readLine();
  }

  /** Sends an incomplete body that takes nearly all the memory of a network's large bodies. */
  private void fillWithHalf(RestApi api) throws IOException {
    int length = BUDGET / 2 - BUDGET / 16;
    send(api, login(BUDGET, length));
    Await.until(() -> api.heldBodyBytes() >= length);
  }

  /** Sends a large body and returns the head of the answer, which may come before its end. */
  private List<String> headOfAnswerToLargeBody(RestApi api) throws IOException {
    var socket = send(api, login(BUDGET, 0));
    byte[] piece = " ".repeat(1024).getBytes(StandardCharsets.US_ASCII);
    for (int sent = 0; sent < BUDGET && socket.getInputStream().available() == 0; ) {
      try {
        socket.getOutputStream().write(piece);
        sent += piece.length;
      } catch (SocketException closedByServer) {
        break;
      }
    }
    var answer =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    var head = new ArrayList<String>();
    for (var line = answer.readLine(); !line.isEmpty(); line = answer.readLine()) {
      head.add(line);
    }
    return head;
  }

  @Test
  void halfSentBodies_leavePlaceForSmallOnes() throws IOException {
    try (var api = start(new RestLimits(BUDGET, LONG, 100, 100), TrustedProxies.NONE)) {
      fillWithHalf(api);

      var client = fixture.client().on(api.port());
      client.post("/api/auth/login", WHO).problem(401, "CREDENTIALS_INVALID");
      var refused = headOfAnswerToLargeBody(api);

      assertTrue(refused.get(0).startsWith("HTTP/1.1 429 "), refused.get(0));
      assertTrue(refused.contains("Retry-After: 1"), refused.toString());
      assertTrue(api.heldBodyBytes() <= BUDGET, "held " + api.heldBodyBytes());
    }
  }

  @Test
  void bodyThatIsRefused_isReadToItsEnd() throws IOException {
    try (var api = start(new RestLimits(BUDGET, LONG, 100, 100), TrustedProxies.NONE)) {
      fillWithHalf(api);
      var socket = send(api, login(BUDGET, BUDGET).replace("Connection: close", "X: x"));
      socket.getOutputStream().write(health("close").getBytes(StandardCharsets.US_ASCII));

      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertTrue(answers.startsWith("HTTP/1.1 429 "), answers);
      assertTrue(answers.contains("HTTP/1.1 200 OK"), answers);
    }
  }

  @Test
  void bodiesThatEnd_giveTheirPlaceBack() throws IOException {
    try (var api = start(new RestLimits(4L * BUDGET, LONG, 100, 100), TrustedProxies.NONE)) {
      var client = fixture.client().on(api.port());
      String large = "{" + " ".repeat(BUDGET - 2) + "}";
      for (int i = 0; i < 10; i++) {
        client.post("/api/auth/login", large).as(400);
      }
      send(api, login(BUDGET, BUDGET / 2)).close();
      Await.until(() -> api.heldBodyBytes() == 0);
    }
  }

  @Test
  void bodyThatIsNotWholeInTime_isGivenUp() throws IOException {
    var limits = new RestLimits(BUDGET, Duration.ofMillis(300), 100, 100);
    try (var api = start(limits, TrustedProxies.NONE)) {
      var socket = send(api, login(100, 50));

      assertEquals("HTTP/1.1 400 Bad Request", firstLine(socket));
      Await.until(() -> api.heldBodyBytes() == 0);
    }
  }

  @Test
  void headersThatAreNotWholeInTime_areGivenUp() throws IOException {
    var limits = new RestLimits(BUDGET, Duration.ofMillis(600), 100, 100);
    try (var api = start(limits, TrustedProxies.NONE)) {
      var socket = send(api, "GET /api/health HTTP/1.1\r\nHost: ");

      assertEquals(-1, socket.getInputStream().read());
    }
  }

  @Test
  void connectionsOfANetwork_areLimited() throws IOException {
    try (var api = start(new RestLimits(BUDGET, LONG, 100, 3), TrustedProxies.NONE)) {
      for (int i = 0; i < 3; i++) {
        assertEquals("HTTP/1.1 200 OK", firstLine(send(api, health("keep-alive"))));
      }

      assertEquals(-1, connect(api).getInputStream().read());

      sockets.get(0).close();
      Await.until(() -> api.connections() <= 2);
      assertEquals("HTTP/1.1 200 OK", firstLine(send(api, health("close"))));
    }
  }

  @Test
  void connectionsOfATrustedProxy_countInAllOnly() throws IOException {
    var proxies = TrustedProxies.parse("127.0.0.1");
    try (var api = start(new RestLimits(BUDGET, LONG, 10, 1), proxies)) {
      for (int i = 0; i < 10; i++) {
        assertEquals("HTTP/1.1 200 OK", firstLine(send(api, health("keep-alive"))));
      }

      assertEquals(-1, connect(api).getInputStream().read());
    }
  }

  @Test
  void connectionsInUse_ofSomeNetworks_keepNobodyElseOut() throws IOException {
    try (var api = start(new RestLimits(BUDGET, LONG, 4, 4), TrustedProxies.NONE)) {
      for (int i = 0; i < 4; i++) {
        assertEquals("HTTP/1.1 200 OK", firstLine(send(api, health("keep-alive"))));
      }

      var newcomer = connect(api, "127.0.0.2");
      newcomer.getOutputStream().write(health("keep-alive").getBytes(StandardCharsets.US_ASCII));

      assertEquals("HTTP/1.1 200 OK", firstLine(newcomer));
      assertEquals(4, api.connections());
      assertEquals(-1, connect(api).getInputStream().read());
    }
  }

  private static String health(String connection) {
    return "GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: " + connection + "\r\n\r\n";
  }

  /** Each byte arrives in a separate buffer, which must not be kept for it. */
  @Test
  void bytesThatComeOneByOne_areOneBody() throws IOException {
    try (var api = start(new RestLimits(BUDGET, LONG, 100, 100), TrustedProxies.NONE)) {
      var socket = send(api, login(WHO.length(), 0));
      socket.setTcpNoDelay(true);
      for (byte one : WHO.getBytes(StandardCharsets.US_ASCII)) {
        socket.getOutputStream().write(one);
      }

      assertEquals("HTTP/1.1 401 Unauthorized", firstLine(socket));
    }
  }
}
