package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import io.javalin.util.JavalinException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many, slow and late requests. */
@ExtendWith(PostgresExtension.class)
class LoadTest {
  /** More than there are threads of any kind. */
  private static final int MANY = 40;

  private static final int CLIENTS = 8;

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
      // More than the network's buffers hold, of what a worker answers and of what none does.
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
          Duration.ofSeconds(20),
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

  /** As much as the server takes. */
  private static void write(Socket socket, String requests) {
    try {
      socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException closed) {
      assertTrue(socket.isClosed(), closed::toString);
    }
  }

  @Test
  void waitingRequests_holdUpNoReadsOfWhoAreLoggedIn(TestDatabase database) throws Exception {
    try (var fixture = RestFixture.on(database);
        var connection = database.dataSource().getConnection()) {
      var waiting = fixture.member();
      var reading = fixture.member();
      reading.client().get("/api/users/me").as(200);
      lock(connection, waiting);
      List<CompletableFuture<RestClient.Answer>> answers = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        String name = "{\"first_name\":\"Name" + i + "\"}";
        answers.add(
            CompletableFuture.supplyAsync(
                () -> waiting.client().patch("/api/users/me", name),
                work -> new Thread(work).start()));
      }
      awaitLockWait(database);
      fixture.client().get("/api/health").as(200);
      reading.client().get("/api/users/me").as(200);
      connection.rollback();
      for (var answer : answers) {
        answer.get(30, TimeUnit.SECONDS).as(200);
      }
      assertEquals("\"" + (MANY + 1) + "\"", waiting.client().get("/api/users/me").header("ETag"));
    }
  }

  private static void lock(Connection connection, RestFixture.Member member) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.prepareStatement("select from users where id = ? for update")) {
      statement.setObject(1, member.user().id().value());
      statement.executeQuery();
    }
  }

  @Test
  void close_letsRunningRequestsFinish(TestDatabase database) throws Exception {
    try (var fixture = RestFixture.on(database);
        var connection = database.dataSource().getConnection()) {
      var member = fixture.member();
      lock(connection, member);
      var answer =
          CompletableFuture.supplyAsync(
              () -> member.client().patch("/api/users/me", "{\"first_name\":\"Last\"}"));
      awaitLockWait(database);
      int port = fixture.api().port();
      var closing = CompletableFuture.runAsync(() -> fixture.api().close());
      awaitRefusal(port);
      assertFalse(closing.isDone());
      connection.rollback();
      assertEquals("Last", answer.get(30, TimeUnit.SECONDS).as(200).string("/first_name"));
      closing.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void close_cutsOffWhatOutlivesTheGrace(TestDatabase database) throws Exception {
    var usual = RestSettings.onPort(0);
    var hurried =
        new RestSettings(
            usual.bindAddress(),
            usual.port(),
            usual.publicBaseUrl(),
            usual.corsOrigins(),
            usual.proxies(),
            usual.tls(),
            usual.certifiedServices(),
            Duration.ofMillis(100),
            usual.buildVersion());
    try (var fixture = RestFixture.on(database, hurried);
        var connection = database.dataSource().getConnection()) {
      var member = fixture.member();
      lock(connection, member);
      var answer =
          CompletableFuture.supplyAsync(
              () -> member.client().patch("/api/users/me", "{\"first_name\":\"Late\"}"));
      awaitLockWait(database);

      fixture.api().close();

      answer.get(30, TimeUnit.SECONDS).as(500);
      connection.rollback();
    }
  }

  @Test
  void close_losesNoRequest(TestDatabase database) throws Exception {
    try (var fixture = RestFixture.on(database)) {
      for (int round = 0; round < 20; round++) {
        var api =
            new RestApi(
                fixture.core(),
                RestSettings.onPort(0),
                Runnable::run,
                fixture.clock(),
                new Random());
        api.start();
        int port = api.port();
        var calling = new CountDownLatch(CLIENTS * 25);
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          clients.add(
              CompletableFuture.runAsync(
                  () -> callUntilRefused(port, calling), work -> new Thread(work).start()));
        }
        assertTrue(calling.await(30, TimeUnit.SECONDS));
        api.close();
        for (var client : clients) {
          client.get(30, TimeUnit.SECONDS);
        }
      }
    }
  }

  /** Connects anew whenever an answer was the last one of its connection. */
  private static void callUntilRefused(int port, CountDownLatch calling) {
    try {
      while (true) {
        try (var socket = new Socket("localhost", port)) {
          var answers = reader(socket);
          List<String> head;
          do {
            head = headOf(answers, socket, "Connection");
            assertEquals("HTTP/1.1 200 OK", head.isEmpty() ? "none" : head.get(0));
            calling.countDown();
          } while (head.size() == 1);
        }
      }
    } catch (ConnectException refused) {
      assertEquals(0, calling.getCount(), refused::toString);
    } catch (IOException lost) {
      throw new UncheckedIOException(lost);
    }
  }

  private static BufferedReader reader(Socket connected) throws IOException {
    return new BufferedReader(
        new InputStreamReader(connected.getInputStream(), StandardCharsets.US_ASCII));
  }

  /** The status line and one header of the answer to a request that has no body. */
  private static List<String> headOf(BufferedReader answers, Socket connected, String header)
      throws IOException {
    connected
        .getOutputStream()
        .write("HEAD /api/health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    List<String> head = new ArrayList<>();
    for (String line = answers.readLine();
        line != null && !line.isEmpty();
        line = answers.readLine()) {
      if (head.isEmpty() || line.startsWith(header + ":")) {
        head.add(line);
      }
    }
    return head;
  }

  @Test
  void close_givesUpABodyThatStalls(TestDatabase database) throws Exception {
    try (var fixture = RestFixture.on(database);
        var stalled = new Socket("localhost", fixture.api().port())) {
      stalled
          .getOutputStream()
          .write(
              "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
                  .getBytes(StandardCharsets.US_ASCII));
      // Then it has read the other one, too.
      fixture.client().get("/api/health").as(200);

      fixture.api().close();

      assertEquals("HTTP/1.1 400 Bad Request", reader(stalled).readLine());
    }
  }

  private static void awaitLockWait(TestDatabase database) {
    String waiting =
        "select 1 as one from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while (database.query(waiting).isEmpty()) {
      Thread.onSpinWait();
    }
  }

  private static void awaitRefusal(int port) {
    while (true) {
      try (var socket = new Socket("localhost", port)) {
        Thread.onSpinWait();
      } catch (IOException refused) {
        return;
      }
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
              work -> {
                throw new RejectedExecutionException("full");
              },
              fixture.clock(),
              new Random())) {
        full.start();
        var client = member.client().on(full.port());
        var refused = client.get("/api/users/me/preferences").problem(429, "SERVER_BUSY");
        assertEquals("1", refused.header("Retry-After"));
        client.get("/api/users/me").as(200);
        client.get("/api/health").as(200);
        // The account is made by the core's own executor, and then must not be refused.
        String account = "{\"email\":\"late@example.com\",\"password\":\"correct horse battery\"}";
        client.post("/api/auth/register", account).as(201);
      }
    }
  }

  @Test
  void start_failsOnATakenPort(TestDatabase database) {
    try (var fixture = RestFixture.on(database)) {
      var second =
          new RestApi(
              fixture.core(),
              RestSettings.onPort(fixture.api().port()),
              Runnable::run,
              fixture.clock(),
              new Random());
      var failure = assertThrows(IOException.class, second::start);
      assertInstanceOf(JavalinException.class, failure.getCause());
      assertTrue(failure.getMessage().contains("in use"), failure.getMessage());
      second.close();
    }
  }
}
