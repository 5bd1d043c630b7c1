package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.rest.http.Route;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the rights of every kind of caller on every route. */
@ExtendWith(PostgresExtension.class)
class RightsTest {
  /** The routes that support may call for any user. */
  private static final Set<String> READING =
      Set.of(
          "GET /api/users",
          "GET /api/users/by-email",
          "GET /api/users/{user_id}",
          "GET /api/users/{user_id}/profile",
          "GET /api/users/{user_id}/addresses",
          "GET /api/users/{user_id}/addresses/{address_id}",
          "GET /api/users/{user_id}/preferences");

  /** Operations that users may not perform, not even on their own account. */
  private static final Set<String> NOT_FOR_USERS =
      Set.of(
          "GET /api/users",
          "POST /api/users",
          "GET /api/users/by-email",
          "POST /api/users/{user_id}/reactivate",
          "GET /api/events",
          "GET /api/webhooks",
          "POST /api/webhooks",
          "GET /api/webhooks/{webhook_id}",
          "PATCH /api/webhooks/{webhook_id}",
          "DELETE /api/webhooks/{webhook_id}",
          "POST /api/webhooks/{webhook_id}/secret",
          "POST /api/webhooks/{webhook_id}/pause",
          "POST /api/webhooks/{webhook_id}/resume",
          "POST /api/webhooks/{webhook_id}/redeliver",
          "GET /api/webhooks/{webhook_id}/deliveries");

  private static TestDatabase database;
  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    fixture = RestFixture.on(database);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static List<Route> guarded() {
    return fixture.api().routes().stream().filter(route -> !route.operation().isOpen()).toList();
  }

  private static boolean isAboutTheCaller(Route route) {
    return route.path().startsWith("/api/users/me")
        || route.path().equals("/api/auth/reauthenticate");
  }

  private static String path(Route route, String user) {
    return route
        .path()
        .replace("{user_id}", user)
        .replaceAll("\\{[a-z_]+}", "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e");
  }

  /**
   * Calls the route with a body that no route accepts, so that nothing happens even if the call is
   * allowed.
   */
  private static RestClient.Answer call(RestClient client, Route route, String user) {
    return client.send(
        route.method(), path(route, user), "text/plain", BodyPublishers.ofString("nothing"));
  }

  @Test
  void nobody_isAskedWhoTheyAre() {
    for (Route route : guarded()) {
      var answer = call(fixture.client(), route, "me").problem(401, "CREDENTIALS_MISSING");
      assertEquals("Bearer realm=\"users\"", answer.header("WWW-Authenticate"), route.path());
      var basic = fixture.client().with("Authorization", "Basic eDp5");
      var refused = call(basic, route, "me").problem(401, "CREDENTIALS_MISSING");
      assertEquals("Bearer realm=\"users\"", refused.header("WWW-Authenticate"));
    }
  }

  @Test
  void wrongToken_isNoToken() {
    for (Route route : guarded()) {
      var answer =
          call(fixture.client().as("forged"), route, "me").problem(401, "CREDENTIALS_INVALID");
      assertTrue(answer.header("WWW-Authenticate").contains("error=\"invalid_token\""));
    }
  }

  /** Tokens that are valid except for the end of the session, the time, or the key. */
  @Test
  void tokens_thatAreGoodNoMore_areRefusedEverywhere() throws Exception {
    try (var own = RestFixture.on(database)) {
      var user = own.member().user();
      var sessions = own.core().sessions();
      String expired =
          sessions.signIn(RequestContext.system(), user.id(), "").tokens().accessToken();
      own.clock().advance(Duration.ofHours(1));
      var over = sessions.signIn(RequestContext.system(), user.id(), "");
      sessions.logout(RequestContext.system(), over.session().id());
      String good = sessions.signIn(RequestContext.system(), user.id(), "").tokens().accessToken();
      var callers =
          Map.of(
              expired,
              "CREDENTIALS_INVALID",
              over.tokens().accessToken(),
              "SESSION_ENDED",
              signedAnew(good),
              "CREDENTIALS_INVALID");
      for (Route route : guarded()) {
        for (var caller : callers.entrySet()) {
          for (String target : List.of(user.id().toString(), "17")) {
            call(own.client().as(caller.getKey()), route, target).problem(401, caller.getValue());
          }
        }
      }
      own.client().as(good).get("/api/users/me").as(200);
    }
  }

  private static String signedAnew(String token) throws GeneralSecurityException {
    String signed = token.substring(0, token.lastIndexOf('.'));
    var keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(new ECGenParameterSpec("secp256r1"));
    var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(keys.generateKeyPair().getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
  }

  @Test
  void users_reachTheirOwn() {
    for (Route route : guarded()) {
      // Some permitted operations end the account.
      var own = fixture.member();
      boolean allowed = !NOT_FOR_USERS.contains(route.method() + " " + route.path());
      assertEquals(
          allowed,
          isLetIn(call(own.client(), route, own.user().id().toString())),
          route.method() + " " + route.path());
    }
  }

  @Test
  void adminsAndServices_reachEverybody() {
    var clients = fixture.core().serviceClients();
    var orders = clients.create(RequestContext.system(), "orders");
    var token =
        clients.issueToken(
            RequestContext.system(), orders.client().id().toString(), orders.secret());
    for (var client :
        List.of(fixture.member(Role.ADMIN).client(), fixture.client().as(token.accessToken()))) {
      for (Route route : guarded()) {
        if (!isAboutTheCaller(route)) {
          assertTrue(
              isLetIn(call(client, route, fixture.member().user().id().toString())),
              route.method() + " " + route.path());
        }
      }
    }
  }

  /** Returns whether the request was not refused because of its caller. */
  private static boolean isLetIn(RestClient.Answer answer) {
    return answer.status() != 401
        && (answer.status() != 403 || answer.reason().equals("REAUTHENTICATION_REQUIRED"));
  }

  @Test
  void users_reachNobodyElse() {
    var client = fixture.member().client();
    String nobody = "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e";
    String other = fixture.member().user().id().toString();
    for (Route route : guarded()) {
      if (!isAboutTheCaller(route)) {
        // It makes no difference whether the user exists, or whether the id is valid.
        for (String target : List.of(other, nobody, "17")) {
          call(client, route, target).problem(403, "ACCESS_DENIED");
        }
      }
    }
  }

  @Test
  void refusals_areAnEventWithTheirRoutes() {
    var nosy = fixture.member();
    String other = fixture.member().user().id().toString();
    nosy.client().get("/api/users/" + other).problem(403, "ACCESS_DENIED");
    nosy.client().get("/api/users/" + other).problem(403, "ACCESS_DENIED");
    nosy.client().patch("/api/users/me", "{\"roles\":[\"ADMIN\"]}").problem(403, "ACCESS_DENIED");

    fixture.core().securityLog().writeSums();

    var events =
        database.query(
            "select reason from events where type = 'access.denied' and user_id = ?",
            nosy.user().id().value());
    assertEquals(1, events.size());
    assertEquals(
        "3 from 127.0.0.0/24 (3) in GET /api/users/{user_id} (2), PATCH /api/users/me (1)",
        events.get(0).get("reason"));
  }

  @Test
  void support_reads() {
    var client = fixture.member(Role.SUPPORT).client();
    var other = fixture.member();
    for (Route route : guarded()) {
      if (!isAboutTheCaller(route)) {
        boolean allowed = READING.contains(route.method() + " " + route.path());
        assertEquals(
            !allowed,
            call(client, route, other.user().id().toString()).status() == 403,
            route.method() + " " + route.path());
      }
    }
    other.client().get("/api/users/me").as(200);
  }

  @Test
  void admins_areToldOfEveryIdThatIsNone() {
    var client = fixture.member(Role.ADMIN).client();
    String bad = "/api/users/17";
    client.get(bad + "/addresses/18").invalid("user_id", "address_id");
    client.delete(bad + "/addresses/18").invalid("user_id", "address_id");
    client.delete(bad + "/sessions/18").invalid("user_id", "session_id");
    client.post(bad + "/addresses/18/default", "{}").invalid("user_id", "address_id", "type");
    client.patch(bad, "{\"email\":\"x\"}").invalid("user_id", "email");
    client.get(bad + "/addresses?type=holiday").invalid("user_id", "type");
    client.delete(bad + "/sessions?keep_current=1").invalid("user_id", "keep_current");
  }

  @Test
  void tokens_areIgnoredWhereNobodyNeedsOne() {
    var client = fixture.client().as("stale");
    client.get("/api/health").as(200);
    client.get("/.well-known/jwks.json").as(200);
    client.get("/openapi.json").as(200);
    client.post("/api/auth/login", "{}").invalid("email", "password");
    client.post("/api/auth/verify-email", "{}").invalid("token");
    client.post("/api/auth/password-reset/confirm", "{}").invalid("token", "new_password");
    client.post("/api/auth/register", "{}").invalid("email", "password");
    client.post("/api/auth/password-reset", "{}").invalid("email");
  }
}
