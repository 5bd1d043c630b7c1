package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.rest.http.Route;
import com.ecommerce.user.rest.page.OpenApi;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests requests with the header Idempotency-Key. */
@ExtendWith(PostgresExtension.class)
class IdempotencyRoutesTest {
  private static final String REGISTER = "/api/auth/register";
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static RestClient keyed(RestClient client) {
    return client.with("Idempotency-Key", "\"key-" + NUMBERS.incrementAndGet() + "\"");
  }

  private static String registration(String email, String password) {
    return "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}";
  }

  private static void assertReplayed(RestClient.Answer answer) {
    assertEquals("true", answer.header("Idempotent-Replayed"));
  }

  @Test
  void repeatedRequest_getsTheSameAnswer() {
    var member = fixture.member();
    var client = keyed(member.client());
    String body =
        """
        {"type":"shipping","full_name":"Ada","line1":"221B Baker Street","city":"London",
         "postal_code":"NW1 6XE","country_code":"GB"}
        """;
    var first = client.post(member.path() + "/addresses", body).as(201);

    var again = client.post(member.path() + "/addresses", body).as(201);

    assertEquals("", first.header("Idempotent-Replayed"));
    assertReplayed(again);
    assertEquals(first.text(), again.text());
    assertEquals(first.header("Location"), again.header("Location"));
    var listed = member.client().get(member.path() + "/addresses").as(200);
    assertEquals(1, listed.at("/results").size());
  }

  @Test
  void keyWithoutQuotes_isTheSameKey() {
    var member = fixture.member();
    String key = "key-" + NUMBERS.incrementAndGet();
    String body = "{\"first_name\":\"Grace\"}";
    member.client().with("Idempotency-Key", "\"" + key + "\"").patch(member.path(), body).as(200);

    assertReplayed(member.client().with("Idempotency-Key", key).patch(member.path(), body).as(200));
  }

  @Test
  void anotherRequest_isUnprocessable() {
    var member = fixture.member();
    var client = keyed(member.client());
    client.patch(member.path(), "{\"first_name\":\"Grace\"}").as(200);

    client.patch(member.path(), "{\"first_name\":\"Ada\"}").problem(422, "IDEMPOTENCY_KEY_REUSED");
    client
        .with("If-Match", "\"9\"")
        .patch(member.path(), "{\"first_name\":\"Grace\"}")
        .problem(422, "IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void failure_isRepeated() {
    var member = fixture.member();
    var client = keyed(member.client()).with("If-Match", "\"9\"");
    client.patch(member.path(), "{\"first_name\":\"Grace\"}").problem(412, "VERSION_MISMATCH");

    assertReplayed(
        client.patch(member.path(), "{\"first_name\":\"Grace\"}").problem(412, "VERSION_MISMATCH"));
  }

  @Test
  void registration_isRepeatedWithNewTokens() {
    String body = registration("again@example.com", "correct horse battery");
    var client = keyed(fixture.client());
    var first = client.post(REGISTER, body).as(201);

    var again = client.post(REGISTER, body).as(201);

    assertReplayed(again);
    assertEquals(first.string("/user/id"), again.string("/user/id"));
    assertNotEquals(first.string("/tokens/access"), again.string("/tokens/access"));
  }

  @Test
  void registration_isNotRepeatedWithAnotherPassword() {
    var client = keyed(fixture.client());
    client.post(REGISTER, registration("stolen@example.com", "correct horse battery")).as(201);

    var refused =
        client
            .post(REGISTER, registration("stolen@example.com", "another horse battery"))
            .problem(401, "CREDENTIALS_INVALID");

    assertEquals("", refused.header("Idempotent-Replayed"));
  }

  @Test
  void invalidKey_isRefused() {
    var member = fixture.member();
    member
        .client()
        .with("Idempotency-Key", "x".repeat(256))
        .patch(member.path(), "{}")
        .invalid("Idempotency-Key");
    member.client().with("Idempotency-Key", "\"\"").patch(member.path(), "{}").as(400);
    member.client().with("Idempotency-Key", "x".repeat(256)).get(member.path()).as(200);
  }

  @Test
  void description_namesTheHeaderOnEveryRouteThatTakesIt() {
    JsonNode paths =
        new JsonMapper().readTree(new OpenApi("1", Optional.empty()).json()).path("paths");
    Set<String> described = new TreeSet<>();
    paths
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          if (method.getValue().toString().contains("/IdempotencyKey\"")) {
                            described.add(
                                method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
                          }
                        }));
    Set<String> taken = new TreeSet<>();
    for (Route route : fixture.api().routes()) {
      if (route.kind() == Route.Kind.RESOURCE
          && !route.method().equals("GET")
          && route.operation().takesIdempotencyKey()) {
        taken.add(route.method() + " " + route.path());
      }
    }

    assertEquals(taken, described);
    assertTrue(taken.contains("POST /api/users"));
    assertFalse(taken.contains("POST /api/auth/service-token"));
  }
}
