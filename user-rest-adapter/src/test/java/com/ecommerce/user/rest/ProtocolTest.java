package com.ecommerce.user.rest;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds for every route: refusals, headers, problem answers. */
@ExtendWith(PostgresExtension.class)
class ProtocolTest {
  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void scratch() throws Exception {
    var c = fixture.client();
    var u =
        fixture
            .core()
            .users()
            .create(Call.system(), TestUsers.aUser("a@example.com", "A", "B", Set.of(Role.ADMIN)));
    var a = c.as(u.id() + "/ADMIN");
    for (var r :
        new RestClient.Answer[] {
          c.get("/api/health/"),
          c.get("/nope"),
          c.send("DELETE", "/api/health"),
          c.send("OPTIONS", "/api/users"),
          c.send("HEAD", "/api/health"),
          c.get("/api/users/me"),
          a.get("/api/users/me"),
          a.with("If-None-Match", "\"1\"").get("/api/users/me/"),
          a.get("/api/users?page_size=1"),
          a.send(
              "PATCH",
              "/api/users/me",
              "{\"first_name\":3,\"email\":\"x\",\"profile\":{\"website\":\"y\",\"social_links\":[]}}"),
          a.send(
              "PATCH",
              "/api/users/me",
              "{\"first_name\":\"Zoë\",\"profile\":{\"website\":\"https://y.example\"}}"),
          a.send("PUT", "/api/users/me", "text/plain", BodyPublishers.ofString("x")),
          a.send("PUT", "/api/users/me", "{\"a\":1,\"a\":2}"),
          a.send(
              "PUT",
              "/api/users/me",
              "application/json",
              BodyPublishers.ofByteArray(new byte[3_000_000])),
          a.send(
              "PUT",
              "/api/users/me",
              "application/json",
              BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[3_000_000]))),
          a.with("If-Match", "\"7\"").send("DELETE", "/api/users/" + u.id()),
          a.send("TRACE", "/api/users/" + u.id()),
          a.get("/api/users/a%2Fb"),
          a.with("X", "a".repeat(20000)).get("/api/users/b"),
        }) {
      System.err.println(
          r.status()
              + " "
              + r.response().request().method()
              + " "
              + r.response().uri().getPath()
              + " "
              + r.response().headers().map()
              + "\n    "
              + r.text());
    }
  }
}
