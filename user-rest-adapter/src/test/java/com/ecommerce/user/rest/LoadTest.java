package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.rest.http.RequestListeners;
import com.ecommerce.user.rest.http.RestSettings;
import com.ecommerce.user.rest.page.PageSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests many and slow requests. */
@ExtendWith(PostgresExtension.class)
class LoadTest {
  /** A number that exceeds that of the threads of any pool. */
  private static final int MANY = 40;

  @Test
  void slowSenders_holdUpNobody(TestDatabase database) throws IOException {
    List<Socket> slow = new ArrayList<>();
    try (var fixture = RestFixture.on(database)) {
      for (int i = 0; i < MANY; i++) {
        var socket = new Socket("localhost", fixture.api().port());
        slow.add(socket);
        socket
            .getOutputStream()
            .write(
                "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
                    .getBytes(StandardCharsets.US_ASCII));
      }
      var member = fixture.member();
      member.client().get("/api/users/me").as(200);
      member.client().patch("/api/users/me", "{\"first_name\":\"Grace\"}").as(200);
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void slowReaders_holdUpNobody(TestDatabase database) throws IOException {
    List<Socket> slow = new ArrayList<>();
    try (var fixture = RestFixture.on(database)) {
      // The responses exceed the buffers of the network. Workers make some of them, and network
      // threads the others.
      String large = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n".repeat(20);
      String small = "GET /problems HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000);
      for (int i = 0; i < MANY; i++) {
        var socket = new Socket();
        slow.add(socket);
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress("localhost", fixture.api().port()));
        String requests = i % 2 == 0 ? large : small;
        CompletableFuture.runAsync(() -> write(socket, requests), work -> new Thread(work).start());
      }
      assertTimeoutPreemptively(
          Duration.ofSeconds(60),
          () -> {
            var member = fixture.member();
            for (int i = 0; i < MANY; i++) {
              member.client().get("/api/users/me").as(200);
              member.client().patch("/api/users/me", "{\"first_name\":\"A" + i + "\"}").as(200);
            }
          });
      for (Socket socket : slow) {
        assertTrue(socket.getInputStream().read() > 0);
        socket.close();
      }
    }
  }

  /** Writes until the server stops reading. */
  private static void write(Socket socket, String requests) {
    try {
      socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException closed) {
      assertTrue(socket.isClosed(), closed::toString);
    }
  }

  @Test
  void waitingRequests_holdUpNoReadsOfWhoAreLoggedIn(TestDatabase database) throws Exception {
    try (var fixture = RestFixture.on(database)) {
      var waiting = fixture.member();
      var reading = fixture.member();
      reading.client().get("/api/users/me").as(200);
      try (var locked = LockedMember.of(database, waiting)) {
        List<CompletableFuture<RestClient.Answer>> answers = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
          answers.add(locked.patch("{\"first_name\":\"Name" + i + "\"}"));
        }
        fixture.client().get("/api/health").as(200);
        reading.client().get("/api/users/me").as(200);
        locked.release();
        for (var answer : answers) {
          answer.get(30, TimeUnit.SECONDS).as(200);
        }
      }
      assertEquals("\"" + (MANY + 1) + "\"", waiting.client().get("/api/users/me").header("ETag"));
    }
  }

  @Test
  void fullQueue_refusesAtOnce(TestDatabase database) throws Exception {
    try (var fixture = RestFixture.on(database)) {
      var member = fixture.member();
      try (var full =
          new RestApi(
              fixture.core(),
              RestSettings.onPort(0),
              PageSettings.DEFAULT,
              Workers.on(
                  work -> {
                    throw new RejectedExecutionException("full");
                  }),
              fixture.clock(),
              new Random(),
              RequestListeners.NONE)) {
        full.start();
        var client = member.client().on(full.port());
        var refused = client.get("/api/users/me/preferences").problem(429, "SERVER_BUSY");
        assertEquals("1", refused.header("Retry-After"));
        client.get("/api/users/me").as(200);
        client.get("/api/health").as(200);
        // The core's own executor creates the account, so the request must not be refused
        // afterwards.
        String account = "{\"email\":\"late@example.com\",\"password\":\"correct horse battery\"}";
        client.post("/api/auth/register", account).as(201);
      }
    }
  }
}
