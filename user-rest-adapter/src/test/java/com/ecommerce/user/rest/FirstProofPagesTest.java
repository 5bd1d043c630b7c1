package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests the pages of a registration's mail, for the owner of the mailbox and for others who
 * registered.
 */
@ExtendWith(PostgresExtension.class)
class FirstProofPagesTest {
  private static final String FIREFOX =
      "Mozilla/5.0 (Windows NT 10.0; rv:143.0) Gecko/20100101 Firefox/143.0";

  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture =
        RestFixture.on(
            database, new TestRestSettings().proxies(TrustedProxies.parse("127.0.0.0/8")).build());
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static RestClient from(String address) {
    return fixture.client().with("X-Forwarded-For", address).with("User-Agent", FIREFOX);
  }

  /** Registers a user, and returns the access token. */
  private static String register(RestClient client, String email) {
    return client
        .post(
            "/api/auth/register",
            "{\"email\":\"" + email + "\",\"password\":\"correct horse battery\"}")
        .as(201)
        .string("/tokens/access");
  }

  private static String token(String email) {
    return fixture.mailbox().newestTokenTo(email);
  }

  private static int statusOfMe(String accessToken) {
    return fixture.client().as(accessToken).get("/api/users/me").status();
  }

  @Test
  void pages_showHowTheAccountWasMade() {
    register(from("198.51.100.7"), "shown@example.com");
    String token = token("shown@example.com");

    for (String page : new String[] {"/verify-email", "/not-me"}) {
      String html = from("203.0.113.9").get(page + "?token=" + token).as(200).text();

      assertTrue(html.contains("<dd><bdi>Jun 15, 2026, 12:00 PM UTC</bdi></dd>"), html);
      assertTrue(html.contains("<dd><bdi>198.51.100.0/24</bdi></dd>"), html);
      assertTrue(html.contains("<dd><bdi>Firefox on Windows</bdi></dd>"), html);
      assertFalse(html.contains("198.51.100.7"), html);
    }
    assertTrue(
        from("203.0.113.9")
            .get("/verify-email?token=" + token)
            .text()
            .contains("<form method=\"get\" action=\"not-me\">"));
    String unknown = from("203.0.113.9").get("/verify-email?token=unknown").as(400).text();
    assertFalse(unknown.contains("<dd>") || unknown.contains("not-me"), unknown);
  }

  @Test
  void times_areInTheTimeZoneOfTheProfile() {
    String member = register(from("198.51.100.7"), "berlin@example.com");
    fixture
        .client()
        .as(member)
        .patch("/api/users/me", "{\"profile\":{\"timezone\":\"Europe/Berlin\"}}")
        .as(200);
    String page = "/verify-email?token=" + token("berlin@example.com");

    String html = from("203.0.113.9").with("Accept-Language", "de").get(page).as(200).text();

    assertTrue(html.contains("<bdi>15.06.2026, 14:00</bdi>"), html);
  }

  @Test
  void confirmation_fromElsewhere_logsOutAndSaysSo() {
    String attacker = register(from("198.51.100.7"), "victim@example.com");

    String html =
        from("203.0.113.9")
            .submit("/verify-email", "token=" + token("victim@example.com"))
            .as(200)
            .text();

    assertTrue(html.contains("all devices were signed out"), html);
    assertEquals(401, statusOfMe(attacker));
  }

  @Test
  void confirmation_fromTheSameNetwork_logsNobodyOut() {
    String own = register(from("203.0.113.9"), "own@example.com");

    String html =
        from("203.0.113.9")
            .submit("/verify-email", "token=" + token("own@example.com"))
            .as(200)
            .text();

    assertFalse(html.contains("signed out"), html);
    assertEquals(200, statusOfMe(own));
  }

  @Test
  void confirmation_withTheOwnAccessToken_keepsItsSession() {
    String own = register(from("203.0.113.9"), "app@example.com");
    String body = "{\"token\":\"" + token("app@example.com") + "\"}";

    from("192.0.2.1").as(own).post("/api/auth/verify-email", body).as(200);

    assertEquals(200, statusOfMe(own));
  }

  @Test
  void confirmation_withABadAccessToken_isStillOne() {
    String own = register(from("203.0.113.9"), "stale@example.com");
    String body = "{\"token\":\"" + token("stale@example.com") + "\"}";

    var answer = from("192.0.2.1").as("no.good.token").post("/api/auth/verify-email", body).as(200);

    assertTrue(answer.string("/message").contains("ended"));
    assertEquals(401, statusOfMe(own));
  }

  @Test
  void refusal_deletesTheAccount_onceItsFormIsPosted() {
    String attacker = register(from("198.51.100.7"), "refused@example.com");
    String token = token("refused@example.com");
    from("203.0.113.9").get("/not-me?token=" + token).as(200);
    fixture.client().send("HEAD", "/not-me?token=" + token).as(200);
    assertEquals(200, statusOfMe(attacker));

    String html = from("203.0.113.9").submit("/not-me", "token=" + token).as(200).text();

    assertTrue(html.contains("Refused"), html);
    assertEquals(401, statusOfMe(attacker));
    from("203.0.113.9").submit("/not-me", "token=" + token).as(400);
    from("203.0.113.9").submit("/not-me", "").as(400);
    register(from("203.0.113.9"), "refused@example.com");
  }

  @Test
  void pages_areInTheReadersLanguage() {
    register(from("198.51.100.7"), "sprache@example.com");
    String path = "/not-me?token=" + token("sprache@example.com");

    assertTrue(
        fixture.client().with("Accept-Language", "de").get(path).text().contains("Konto löschen"));
    assertTrue(
        fixture.client().with("Accept-Language", "es").get(path).text().contains("Eliminar"));
  }
}
