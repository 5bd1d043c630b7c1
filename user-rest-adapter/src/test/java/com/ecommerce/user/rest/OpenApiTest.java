package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.rest.RestFixture.Member;
import com.ecommerce.user.rest.http.HttpRefusal;
import com.ecommerce.user.rest.http.Route;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests that the description is complete and true. Every request of the other tests is also checked
 * against it: see {@link RestClient}.
 */
@ExtendWith(PostgresExtension.class)
class OpenApiTest {
  private static final String NEW_PASSWORD = "another battery horse";

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
  void everyRoute_isDocumentedAndTheOtherWayRound() {
    var routes = new TreeSet<String>();
    fixture.api().routes().forEach(route -> routes.add(route.method() + " " + route.path()));
    assertEquals(routes, fixture.description().names());
  }

  /** Returns the JSON pointer (RFC 6901) to the route's operation in the description. */
  private static String pointer(Route route) {
    String path = route.path().replace("/", "~1");
    return "/paths/" + path + "/" + route.method().toLowerCase(Locale.ROOT);
  }

  @Test
  void security_isToldAsItIs() {
    var document = fixture.client().get("/openapi.json").as(200);
    for (Route route : fixture.api().routes()) {
      boolean open = document.at(pointer(route) + "/security").isArray();
      assertEquals(route.operation().isOpen(), open, route.path());
    }
  }

  @Test
  void parametersOfQueries_areDescribedAsTheyAreRead() {
    var document = fixture.client().get("/openapi.json").as(200);
    for (Route route : fixture.api().routes()) {
      var described = new TreeSet<String>();
      document
          .at(pointer(route) + "/parameters")
          .forEach(
              parameter -> {
                if (parameter.path("in").asString("").equals("query")) {
                  described.add(parameter.path("name").asString());
                }
              });
      if (route.isStrict()) {
        assertEquals(described, new TreeSet<>(route.parameters()), route.path());
      }
    }
  }

  @Test
  void description_carriesTheVersionOfTheBuild() {
    var document = fixture.client().get("/openapi.json").as(200);
    assertEquals("3.1.1", document.string("/openapi"));
    assertEquals("unknown", document.string("/info/version"));
  }

  @Test
  void everyOperation_answersAsDocumented() {
    visitOpenOperations();
    var member = fixture.member();
    visitUserOperations(member, member.client());
    visitPersonalOperations(member.client());
    visitSignIn(member);
    visitAdminOperations(fixture.member(Role.ADMIN).client(), fixture.member());
    visitMailOperations(fixture.member());
    assertEquals(fixture.description().names(), fixture.called());
  }

  private static void visitOpenOperations() {
    var client = fixture.client();
    for (String path :
        new String[] {
          "/api/health",
          "/.well-known/jwks.json",
          "/openapi.json",
          "/docs",
          "/docs/",
          "/problems",
          "/docs/components",
          "/assets/style.css",
          "/assets/password.js",
          "/assets/icon.svg",
          "/favicon.ico",
          "/docs/start.js",
          "/docs/docs.css",
          "/docs/swagger-ui.css",
          "/docs/swagger-ui-bundle.js",
          "/docs/favicon-32x32.png"
        }) {
      client.get(path).as(200);
    }
    client.get("/").as(303);
    client.get("/docs/other.js").problem(404, "ROUTE_NOT_FOUND");
    client.get("/assets/logo.svg").problem(404, "ROUTE_NOT_FOUND");
  }

  private static void visitUserOperations(Member member, RestClient client) {
    for (String path : new String[] {"/api/users/me", member.path()}) {
      client.get(path).as(200);
      client.put(path, "{\"first_name\":\"Ada\"}").as(200);
      client.patch(path, "{\"last_name\":\"Byron\"}").as(200);
    }
    client.get(member.path() + "/export").as(200);
    client.get(member.path() + "/events").as(200);
    client.get(member.path() + "/profile").as(200);
    client.put(member.path() + "/profile", "{\"bio\":\"x\"}").as(200);
    client.patch(member.path() + "/profile", "{\"bio\":\"y\"}").as(200);
  }

  private static void visitPersonalOperations(RestClient client) {
    String addresses = "/api/users/me/addresses";
    String body = "{\"line1\":\"a\",\"city\":\"b\",\"country_code\":\"DE\",\"type\":\"both\"}";
    String path = addresses + "/" + client.post(addresses, body).as(201).string("/id");
    client.get(addresses).as(200);
    client.get(path).as(200);
    client.put(path, body).as(200);
    client.patch(path, "{\"label\":\"x\"}").as(200);
    client.post(path + "/default", "{\"type\":\"both\"}").as(200);
    client.delete(path).as(204);
    String preferences = "/api/users/me/preferences";
    client.get(preferences).as(200);
    client.put(preferences, "{\"push\":{\"enabled\":true}}").as(200);
    client.patch(preferences, "{\"push\":{\"enabled\":false}}").as(200);
  }

  private static void visitSignIn(Member member) {
    var client = fixture.client();
    String credentials = "{\"email\":\"%s\",\"password\":\"%s\"}";
    client.post("/api/auth/register", credentials.formatted("r@example.com", NEW_PASSWORD)).as(201);
    var login =
        client.post("/api/auth/login", credentials.formatted("r@example.com", NEW_PASSWORD));
    String refresh = "{\"refresh\":\"" + login.as(200).string("/tokens/refresh") + "\"}";
    var renewed = client.post("/api/auth/refresh", refresh).as(200);
    var own = client.as(renewed.string("/access"));
    own.post(
            "/api/users/me/password",
            "{\"old_password\":\""
                + NEW_PASSWORD
                + "\",\"new_password\":\"a third horse battery\"}")
        .as(200);
    String session = own.get("/api/users/me/sessions").as(200).string("/results/0/id");
    own.delete("/api/users/me/sessions/" + session).as(204);
    member.client().delete("/api/users/me/sessions?keep_current=true").as(200);
    member
        .client()
        .post("/api/auth/reauthenticate", "{\"password\":\"" + TestUsers.PASSWORD + "\"}")
        .as(200);
    client.post("/api/auth/service-token", "{\"client_id\":\"x\",\"client_secret\":\"y\"}").as(401);
    member.client().send("POST", "/api/auth/logout").as(200);
  }

  private static void visitAdminOperations(RestClient admin, Member member) {
    admin.get("/api/users?q=example&page_size=1").as(200);
    admin.get("/api/events?page_size=1").as(200);
    visitWebhooks(admin);
    admin.get("/api/users/by-email?email=" + member.email()).as(200);
    admin
        .post("/api/users", "{\"email\":\"s@example.com\",\"password\":\"" + NEW_PASSWORD + "\"}")
        .as(201);
    admin.post(member.path() + "/deactivate", "{\"reason\":\"x\"}").as(200);
    admin.send("POST", member.path() + "/reactivate").as(200);
    admin.delete(member.path()).as(204);
    admin.delete("/api/users/me").as(200);
  }

  private static void visitWebhooks(RestClient admin) {
    var created = admin.post("/api/webhooks", "{\"url\":\"https://shop.example/hooks\"}").as(201);
    String path = created.header("Location");
    assertEquals("/api/webhooks/" + created.string("/webhook/id"), path);
    admin.get("/api/webhooks").as(200);
    admin.get(path).as(200);
    admin.patch(path, "{\"types\":[\"user.created\"]}").as(200);
    admin.send("POST", path + "/secret").as(200);
    admin.send("POST", path + "/pause").as(200);
    admin.send("POST", path + "/resume").as(200);
    admin.get(path + "/deliveries?state=dead").as(200);
    String position = admin.get("/api/events?page_size=1").as(200).string("/results/0/position");
    admin.post(path + "/redeliver", "{\"position\":\"" + position + "\"}").as(204);
    admin.delete(path).as(204);
  }

  private static void visitMailOperations(Member member) {
    var client = fixture.client();
    member.client().send("POST", "/api/users/me/verify-email").as(200);
    String verify = fixture.mailbox().newestTokenTo(member.email());
    client.get("/verify-email?token=" + verify).as(200);
    client.get("/not-me?token=" + verify).as(200);
    client.submit("/not-me", "token=none").as(400);
    client.submit("/verify-email", "token=" + verify).as(200);
    client.post("/api/auth/verify-email", "{\"token\":\"" + verify + "\"}").as(200);
    member.client().patch("/api/users/me", "{\"email\":\"moved@example.com\"}").as(200);
    String stop = fixture.mailbox().newestTokenTo(member.email());
    client.get("/stop-email-change?token=" + stop).as(200);
    client.submit("/stop-email-change", "token=" + stop).as(200);
    client.get("/undo-email-change?token=" + stop).as(400);
    client.submit("/undo-email-change", "token=" + stop).as(400);
    client.post("/api/auth/password-reset", "{\"email\":\"" + member.email() + "\"}").as(200);
    String reset = fixture.mailbox().newestTokenTo(member.email());
    client.get("/reset-password?token=" + reset).as(200);
    client
        .submit("/reset-password", "token=" + reset + "&new_password=a&new_password_confirm=a")
        .as(400);
    client
        .post(
            "/api/auth/password-reset/confirm",
            "{\"token\":\"" + reset + "\",\"new_password\":\"" + NEW_PASSWORD + "\"}")
        .as(200);
  }

  /**
   * Types that are generated from the description require exactly the fields that the service
   * requires.
   */
  @Test
  void emptyBody_isRefusedForTheFieldsThatTheDescriptionRequires() {
    var admin = fixture.member(Role.ADMIN).client();
    String body = "{\"line1\":\"a\",\"city\":\"b\",\"country_code\":\"DE\",\"type\":\"both\"}";
    String address = admin.post("/api/users/me/addresses", body).as(201).string("/id");
    String webhook =
        admin
            .post("/api/webhooks", "{\"url\":\"https://shop.example/\"}")
            .as(201)
            .string("/webhook/id");
    for (var operation : fixture.description().operations()) {
      String path =
          operation
              .path()
              .replace("{user_id}", "me")
              .replace("{address_id}", address)
              .replace("{webhook_id}", webhook);
      var required = fixture.description().requiredFields(operation);
      if (!required.isEmpty()) {
        var refused = admin.send(operation.method(), path, "{}").problem(400, "INVALID_REQUEST");
        assertEquals(required, refused.errors(), operation.name());
      } else if (fixture.description().takesJson(operation)
          && Set.of("PUT", "PATCH").contains(operation.method())) {
        admin.send(operation.method(), path, "{}").as(200);
      }
    }
  }

  @Test
  void problems_explainEveryReason() {
    String page = fixture.client().get("/problems").as(200).text();
    for (ErrorReason reason : ErrorReason.values()) {
      assertTrue(page.contains("id=\"" + reason + "\""), reason.name());
    }
    for (HttpRefusal refusal : HttpRefusal.values()) {
      assertTrue(page.contains("id=\"" + refusal + "\""), refusal.name());
    }
  }

  @Test
  void docs_askNobodyElse() {
    var page = fixture.client().get("/docs").as(200);
    assertFalse(page.text().contains("http"), page.text());
    assertTrue(
        page.header("Content-Security-Policy")
            .startsWith("default-src 'none'; script-src 'self';"));
    assertTrue(page.text().contains("src=\"docs/start.js\""));
    assertTrue(fixture.client().get("/docs/").text().contains("src=\"start.js\""));
  }
}
