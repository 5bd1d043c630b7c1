package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.limit.MethodLimits;
import com.ecommerce.user.core.limit.Rate;
import com.ecommerce.user.core.limit.RateLimitSettings;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.rest.http.Route;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests callers that call too often. The clock stands still, so buckets do not refill by
 * themselves.
 */
@ExtendWith(PostgresExtension.class)
class RateLimitTest {
  private static final String LOGIN = "/api/auth/login";

  private static RestFixture fixture(TestDatabase database, Optional<Rate> perCaller, String own) {
    var settings = new RateLimitSettings(perCaller, MethodLimits.parse(own));
    return RestFixture.on(database, core -> core.rateLimits(settings));
  }

  /**
   * The routes of health, keys, descriptions and files, which are cheap and must work even if other
   * calls are refused.
   */
  private static final Set<String> UNLIMITED =
      Set.of(
          "GET /",
          "GET /api/health",
          "GET /.well-known/jwks.json",
          "GET /openapi.json",
          "GET /docs",
          "GET /docs/components",
          "GET /docs/{file}",
          "GET /problems",
          "GET /assets/{file}",
          "GET /favicon.ico");

  private static String credentials(String email) {
    return "{\"email\":\"" + email + "\",\"password\":\"" + TestUsers.PASSWORD + "\"}";
  }

  @Test
  void everyRoute_isLimitedOrKnownNotToBe(TestDatabase database) {
    try (var fixture = RestFixture.on(database)) {
      var unlimited = new TreeSet<String>();
      fixture.api().routes().stream()
          .filter(route -> !route.operation().counted().isLimited())
          .forEach(route -> unlimited.add(route.method() + " " + route.path()));
      assertEquals(UNLIMITED, unlimited);
    }
  }

  @Test
  void burstOfLogins_isRefusedWithTheTimeToWait(TestDatabase database) {
    try (var fixture = fixture(database, Optional.empty(), "Login=6/m:2")) {
      var ada = fixture.member();
      var client = fixture.client();

      var first = client.post(LOGIN, credentials(ada.email())).as(200);
      assertEquals("\"Login\";q=2;w=20", first.header("RateLimit-Policy"));
      assertEquals("\"Login\";r=1;t=10", first.header("RateLimit"));
      var malformed = client.post(LOGIN, "{}").invalid("email", "password");
      assertEquals("\"Login\";r=0;t=10", malformed.header("RateLimit"), "it counts as well");

      var refused = client.post(LOGIN, credentials(ada.email())).problem(429, "RATE_LIMITED");
      assertEquals("10", refused.header("Retry-After"));
      assertEquals("\"Login\";q=2;w=20", refused.header("RateLimit-Policy"));
      assertEquals("\"Login\";r=0;t=10", refused.header("RateLimit"));
      ada.client().get("/api/users/me").as(200);
      assertEquals(1, fixture.core().rateLimits().refusals(Operation.LOGIN));

      fixture.clock().advance(Duration.ofMillis(9_500));
      assertEquals(
          "1", client.post(LOGIN, "{}").problem(429, "RATE_LIMITED").header("Retry-After"));
      fixture.clock().advance(Duration.ofMillis(500));
      client.post(LOGIN, credentials(ada.email())).as(200);
    }
  }

  @Test
  void callerWhoIsRefused_doesNotTouchOthers(TestDatabase database) {
    try (var fixture = fixture(database, Optional.of(Rate.perSecond(1, 2)), "none")) {
      var ada = fixture.member();
      var bob = fixture.member();
      var fine = ada.client().get("/api/users/me").as(200);
      assertEquals("\"caller\";q=2;w=2", fine.header("RateLimit-Policy"));
      assertEquals("\"caller\";r=1;t=1", fine.header("RateLimit"));
      ada.client().get(ada.path() + "/addresses").as(200);

      ada.client().get("/api/users/me").problem(429, "RATE_LIMITED");
      ada.client().get(bob.path()).problem(429, "RATE_LIMITED");
      bob.client().get("/api/users/me").as(200);
      bob.client().get(ada.path()).problem(403, "ACCESS_DENIED");
      bob.client().get(ada.path()).problem(429, "RATE_LIMITED");
      for (int i = 0; i < 5; i++) {
        assertEquals("", fixture.client().get("/api/health").as(200).header("RateLimit"));
        fixture.client().get("/openapi.json").as(200);
      }
    }
  }

  @Test
  void searches_haveALimitThatListsHaveNot(TestDatabase database) {
    try (var fixture =
        fixture(database, Optional.of(Rate.perSecond(100, 100)), "SearchUsers=1/m:1")) {
      var support = fixture.member(Role.SUPPORT).client();
      var found = support.get("/api/users?q=ada").as(200);
      assertEquals(
          "\"caller\";q=100;w=1, \"SearchUsers\";q=1;w=60", found.header("RateLimit-Policy"));
      assertEquals("\"caller\";r=99;t=1, \"SearchUsers\";r=0;t=60", found.header("RateLimit"));
      support.get("/api/users?created_after=2026-01-01").problem(429, "RATE_LIMITED");
      support.get("/api/users?q=").as(200);
      support.get("/api/users").as(200);
    }
  }

  @Test
  void presets_holdForUsersAndSpareAdmins(TestDatabase database) {
    try (var fixture =
        RestFixture.on(database, core -> core.rateLimits(RateLimitSettings.DEFAULT))) {
      var support = fixture.member(Role.SUPPORT).client().get("/api/users?q=ada").as(200);
      assertEquals("\"SearchUsers\";q=500;w=10", support.header("RateLimit-Policy"));
      assertEquals(
          "", fixture.member(Role.ADMIN).client().get("/api/users?q=ada").header("RateLimit"));
      assertEquals("", fixture.member().client().get("/api/users/me").header("RateLimit"));
    }
  }

  /** Tests that the caller is the one whom the token names, as on gRPC, although none is needed. */
  @Test
  void openRoutes_countForTheCallerOfTheToken(TestDatabase database) {
    var open =
        Stream.of(Operation.values())
            .filter(operation -> operation.isOpen() && operation.isLimited())
            .map(operation -> operation.title() + "=1/m:1")
            .collect(Collectors.joining(","));
    try (var fixture = fixture(database, Optional.empty(), open)) {
      var admin = fixture.member(Role.ADMIN).client();
      String body = "{\"refresh\":\"x\"}";
      for (Route route : fixture.api().routes()) {
        if (route.kind() == Route.Kind.RESOURCE
            && route.operation().isOpen()
            && route.operation().isLimited()) {
          assertNotEquals(429, admin.post(route.path(), body).status(), route.path());
          admin.post(route.path(), body).problem(429, "RATE_LIMITED");
          assertNotEquals(429, fixture.client().post(route.path(), body).status(), route.path());
          fixture.client().post(route.path(), body).problem(429, "RATE_LIMITED");
        }
      }
    }
  }

  @Test
  void presetsOfOpenRoutes_spareServices(TestDatabase database) {
    try (var fixture =
        RestFixture.on(database, core -> core.rateLimits(RateLimitSettings.DEFAULT))) {
      var clients = fixture.core().serviceClients();
      var shop = clients.create(RequestContext.system(), "shop");
      var token =
          clients.issueToken(RequestContext.system(), shop.client().id().toString(), shop.secret());
      var service = fixture.client().as(token.accessToken());
      for (String path : List.of(LOGIN, "/api/auth/register", "/api/auth/password-reset")) {
        assertNotEquals("", fixture.client().post(path, "{}").header("RateLimit"), path);
        assertEquals("", service.post(path, "{}").header("RateLimit"), path);
      }
    }
  }

  @Test
  void badTokens_areRefusedUnseenAfterABurst(TestDatabase database) {
    try (var fixture = fixture(database, Optional.empty(), "BadToken=1/m:2")) {
      var member = fixture.member();
      var bad = fixture.client().as("not.a.token");
      bad.get("/api/users/me").problem(401, "CREDENTIALS_INVALID");
      bad.post("/api/auth/logout", "{}").problem(401, "CREDENTIALS_INVALID");
      bad.get("/api/users/me").problem(429, "RATE_LIMITED");
      member.client().get("/api/users/me").problem(429, "RATE_LIMITED");
      fixture.client().post(LOGIN, credentials(member.email())).as(200);
      fixture.clock().advance(Duration.ofMinutes(1));
      member.client().get("/api/users/me").as(200);
    }
  }

  @Test
  void pages_fromAnotherOriginMayReadTheHeaders(TestDatabase database) {
    var open = new TestRestSettings().corsOrigin("*").build();
    try (var fixture = RestFixture.on(database, open)) {
      var answer = fixture.client().with("Origin", "https://shop.example").get("/api/health");
      String exposed = answer.header("Access-Control-Expose-Headers");
      assertTrue(exposed.contains(" RateLimit, RateLimit-Policy, Retry-After,"), exposed);
    }
  }
}
