package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests that every response, including those to malformed requests, either announces the end of the
 * connection, or the next request on the connection is answered (RFC 9112, section 9.6).
 */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class ConnectionReuseTest {
  private static final String HOST = "Host: x\r\n";
  private static final String HEALTH = "GET /api/health HTTP/1.1\r\n" + HOST + "\r\n";
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String LOGIN = "POST /api/auth/login HTTP/1.1\r\n" + HOST + JSON;

  private static RestFixture fixture;

  /** The head of an answer; empty at the end of the connection. */
  private record Head(List<String> lines) {
    int status() {
      return Integer.parseInt(lines.get(0).split(" ")[1]);
    }

    boolean isLast() {
      return lines.isEmpty()
          || lines.stream().anyMatch(line -> line.equalsIgnoreCase("Connection: close"));
    }

    int length() {
      return lines.stream()
          .map(line -> line.toLowerCase(Locale.ROOT))
          .filter(line -> line.startsWith("content-length: "))
          .mapToInt(line -> Integer.parseInt(line.substring("content-length: ".length())))
          .findFirst()
          .orElse(0);
    }
  }

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static Head answer(InputStream stream) throws IOException {
    List<String> lines = new ArrayList<>();
    var line = new StringBuilder();
    for (int next = stream.read(); next >= 0; next = stream.read()) {
      if (next != '\n') {
        line.append((char) next);
        continue;
      }
      String text = line.toString().strip();
      line.setLength(0);
      if (text.isEmpty()) {
        break;
      }
      lines.add(text);
    }
    var head = new Head(lines);
    stream.readNBytes(head.length());
    return head;
  }

  /**
   * Returns the status of a request. The state of the connection must then be what the response
   * announced.
   */
  private static int status(String request) throws IOException {
    try (var socket = new Socket("localhost", fixture.api().port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      var answer = answer(socket.getInputStream());
      if (answer.isLast()) {
        assertEquals(-1, socket.getInputStream().read(), request);
      } else {
        socket.getOutputStream().write(HEALTH.getBytes(StandardCharsets.US_ASCII));
        var next = answer(socket.getInputStream());
        assertTrue(!next.lines().isEmpty(), () -> "no answer after " + answer + " to " + request);
        assertEquals(200, next.status(), request);
      }
      return answer.status();
    }
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n";
  }

  @Test
  void targets_thatAreMalformed() throws IOException {
    for (String target :
        List.of(
            "/%00",
            "/api/users/%zz",
            "/%",
            "/%2",
            "/a%2fb",
            "/a;b",
            "/..",
            "/a/../../b",
            "/%2e%2e/",
            "/%u0041",
            "/\u00ff",
            "/%ff",
            "//a:b",
            "//a:b/c",
            "///",
            "//",
            "//[",
            "//x@y:z/",
            "http://a:b/",
            "http://[::1/",
            "http:///",
            "http://",
            "http:",
            "a",
            "a:b",
            "*",
            "?",
            "#",
            "/a b",
            "/\\",
            "/<>",
            "https://x/api/health",
            "ftp://x/",
            "//x/api/health")) {
      int status = status(get(target));
      assertTrue(status < 500, () -> status + " for " + target);
    }
    assertEquals(414, status(get("/" + "x".repeat(20_000))));
    assertEquals(400, status(get("//a:b")));
  }

  @Test
  void hosts_thatAreMalformed() throws IOException {
    for (String hosts :
        List.of(
            "",
            "Host: x\r\nHost: y\r\n",
            "Host:\r\n",
            "Host: a b\r\n",
            "Host: x:y\r\n",
            "Host: [::1\r\n",
            "Host: x:99999999\r\n",
            "Host: /\r\n",
            "Host: \u00ff\r\n")) {
      int status = status("GET /api/health HTTP/1.1\r\n" + hosts + "\r\n");
      assertTrue(status < 500, () -> status + " for " + hosts);
    }
  }

  @Test
  void requests_thatAreMalformed() throws IOException {
    var statuses =
        Map.ofEntries(
            Map.entry("GET /api/health HTTP/3.0\r\n\r\n", 505),
            Map.entry(
                "GET /api/health HTTP/1.1\r\n" + HOST + "X: " + "x".repeat(40_000) + "\r\n\r\n",
                431),
            Map.entry("G@T / HTTP/1.1\r\n" + HOST + "\r\n", 400),
            Map.entry("GET /api/health HTTP/1.1\r\n" + HOST + "no colon\r\n\r\n", 400),
            Map.entry("GET /api/health HTTP/1.1\r\n" + HOST + "a b: c\r\n\r\n", 400),
            Map.entry("GET /api/health HTTP/1.1\r\n" + HOST + "X: a\0b\r\n\r\n", 400),
            Map.entry("GET /api/health HTTP/1.1\r\n" + HOST + "Expect: tea\r\n\r\n", 417),
            Map.entry(LOGIN + "Content-Length: x\r\n\r\n", 400),
            Map.entry(LOGIN + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
            Map.entry(LOGIN + "Content-Length: -1\r\n\r\n", 400),
            Map.entry(
                LOGIN + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            Map.entry(LOGIN + "Transfer-Encoding: gzip\r\n\r\n", 501),
            Map.entry(LOGIN + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
            Map.entry(LOGIN + "Transfer-Encoding: chunked\r\n\r\nx\r\n{}\r\n0\r\n\r\n", 400),
            Map.entry(LOGIN + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}0\r\n\r\n", 400));
    for (var request : statuses.entrySet()) {
      assertEquals(request.getValue(), status(request.getKey()), request.getKey());
    }
  }

  @Test
  void requests_thatNoRouteAnswers() throws IOException {
    status("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n");
    status("OPTIONS * HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\n{}");
    status("CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n");
    status("TRACE /api/health HTTP/1.1\r\n" + HOST + "\r\n");
    status("BEFORE /api/health HTTP/1.1\r\n" + HOST + "\r\n");
    status(
        "GET /api/health HTTP/1.1\r\n"
            + HOST
            + "Upgrade: websocket\r\nConnection: upgrade\r\n\r\n");
    status("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    status("POST /%00 HTTP/1.1\r\n" + HOST + JSON + "Content-Length: 2\r\n\r\n{}");
    status("POST //a:b HTTP/1.1\r\n" + HOST + JSON + "Content-Length: 2\r\n\r\n{}");
    status(LOGIN + "Content-Length: 2\r\n\r\n{}");
    status(LOGIN + "Content-Length: 2000000\r\nExpect: 100-continue\r\n\r\n");
  }
}
