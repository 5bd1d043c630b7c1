package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.rest.http.RequestBody;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that every request is counted once, under a bounded set of names. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class RequestEndsTest {
  private RestFixture fixture;

  @BeforeEach
  void start(TestDatabase database) {
    fixture = RestFixture.on(database);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private void assertNext(String name) throws InterruptedException {
    var ended = fixture.nextEnded();
    assertEquals(name, ended.name());
    assertTrue(ended.nanoseconds() > 0, ended.toString());
    assertTrue(ended.nanoseconds() < Duration.ofMinutes(2).toNanos(), ended.toString());
  }

  @Test
  void route_isTheTemplate() throws Exception {
    var member = fixture.member();

    member.client().get(member.path()).as(200);
    assertNext("GET /api/users/{user_id} 200");
    member.client().get(member.path() + "/addresses/").as(200);
    assertNext("GET /api/users/{user_id}/addresses 200");
  }

  @Test
  void refusalsOfRoutes_areCountedThere() throws Exception {
    fixture.client().get("/api/users/me").problem(401, "CREDENTIALS_MISSING");
    assertNext("GET /api/users/me 401");
    fixture.client().post("/api/auth/login", "{").as(400);
    assertNext("POST /api/auth/login 400");
    var large = BodyPublishers.ofByteArray(new byte[RequestBody.MAX_BYTES + 1]);
    fixture.client().send("POST", "/api/auth/login", "application/json", large).as(413);
    assertNext("POST /api/auth/login 413");
  }

  @Test
  void whatNoRouteSees_isCountedTogether() throws Exception {
    fixture.client().get("/no/such/path").as(404);
    assertNext("GET other 404");
    fixture.client().delete("/api/auth/login").as(405);
    assertNext("DELETE other 405");
    fixture.client().send("BREW", "/api/health").as(405);
    assertNext("other other 405");
  }

  @Test
  void whatIsNoHttp_isCounted() throws Exception {
    send("GET /api/users/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertNext("other other 400");
    send("GET / HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(40_000) + "\r\n\r\n");
    assertNext("GET other 431");
  }

  private void send(String request) throws IOException {
    try (var socket = new Socket("localhost", fixture.api().port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    }
  }
}
