package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.rest.http.RequestListeners;
import com.ecommerce.user.rest.http.RestSettings;
import com.ecommerce.user.rest.page.PageSettings;
import io.javalin.util.JavalinException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the start and the stop. */
@Timeout(120)
@ExtendWith(PostgresExtension.class)
class LifecycleTest {
  private static final int CLIENTS = 8;

  @Test
  void close_letsRunningRequestsFinish(TestDatabase database) throws Exception {
    try (var fixture = RestFixture.on(database);
        var locked = LockedMember.of(database, fixture.member())) {
      var answer = locked.patch("{\"first_name\":\"Last\"}");
      int port = fixture.api().port();
      var closing = CompletableFuture.runAsync(() -> fixture.api().close());
      awaitRefusal(port);
      assertFalse(closing.isDone());
      locked.release();
      assertEquals("Last", answer.get(30, TimeUnit.SECONDS).as(200).string("/first_name"));
      closing.get(30, TimeUnit.SECONDS);
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
  void close_cutsOffWhatOutlivesTheGrace(TestDatabase database) throws Exception {
    var hurried = new TestRestSettings().shutdownGrace(Duration.ofMillis(100)).build();
    try (var fixture = RestFixture.on(database, hurried);
        var locked = LockedMember.of(database, fixture.member())) {
      var answer = locked.patch("{\"first_name\":\"Late\"}");

      fixture.api().close();

      answer.get(30, TimeUnit.SECONDS).as(500);
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
                PageSettings.DEFAULT,
                Workers.on(Runnable::run),
                fixture.clock(),
                new Random(),
                RequestListeners.NONE);
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

  /** Reconnects whenever a response has closed its connection. */
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

  /** Returns the status line and one header of the response to a request without a body. */
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
      // By then, it has also read the other request.
      fixture.client().get("/api/health").as(200);

      fixture.api().close();

      assertEquals("HTTP/1.1 400 Bad Request", reader(stalled).readLine());
    }
  }

  @Test
  void start_failsOnATakenPort(TestDatabase database) {
    try (var fixture = RestFixture.on(database)) {
      var second =
          new RestApi(
              fixture.core(),
              RestSettings.onPort(fixture.api().port()),
              PageSettings.DEFAULT,
              Workers.on(Runnable::run),
              fixture.clock(),
              new Random(),
              RequestListeners.NONE);
      var failure = assertThrows(IOException.class, second::start);
      assertInstanceOf(JavalinException.class, failure.getCause());
      assertTrue(failure.getMessage().contains("in use"), failure.getMessage());
      second.close();
    }
  }
}
