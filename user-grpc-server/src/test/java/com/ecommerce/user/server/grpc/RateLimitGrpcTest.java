package com.ecommerce.user.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.limit.MethodLimits;
import com.ecommerce.user.core.limit.Rate;
import com.ecommerce.user.core.limit.RateLimitSettings;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.Empty;
import com.google.protobuf.util.Durations;
import io.grpc.Status.Code;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests callers that call too often. The clock stands still, so buckets do not refill by
 * themselves.
 */
@ExtendWith(PostgresExtension.class)
class RateLimitGrpcTest {
  private static RateLimitSettings limits(int perSecond, String methods) {
    var perCaller =
        perSecond == 0 ? Optional.<Rate>empty() : Optional.of(Rate.perSecond(perSecond, perSecond));
    return new RateLimitSettings(perCaller, MethodLimits.parse(methods));
  }

  private static TestService open(TestDatabase database, int perSecond, String methods) {
    return TestService.on(database, core -> core.rateLimits(limits(perSecond, methods)));
  }

  private static TestService guarded(TestDatabase database, int perSecond, String methods) {
    return TestService.guardedOn(database, core -> core.rateLimits(limits(perSecond, methods)));
  }

  private static LoginRequest login(String email) {
    return LoginRequest.newBuilder().setEmail(email).setPassword(TestUsers.PASSWORD).build();
  }

  private static String token(TestService service, String email) {
    var user = service.core().users().create(RequestContext.system(), TestUsers.aUser(email));
    return service
        .core()
        .sessions()
        .signIn(RequestContext.system(), user.id(), "test")
        .tokens()
        .accessToken();
  }

  @Test
  void everyMethodButHealth_canBeLimited() {
    Stream.of(UserServiceGrpc.getServiceDescriptor(), AuthServiceGrpc.getServiceDescriptor())
        .flatMap(service -> service.getMethods().stream())
        .map(method -> method.getBareMethodName())
        .filter(name -> !name.equals("HealthCheck"))
        .forEach(name -> assertTrue(Operation.titled(name).isPresent(), name));
  }

  @Test
  void burst_isRefusedWithTheTimeToWait(TestDatabase database) {
    try (var service = open(database, 0, "Login=6/m:2")) {
      service.create("burst-ada@example.com");
      service.auth().login(login("burst-ada@example.com"));
      service.auth().login(login("burst-ada@example.com"));

      var refused = Failure.of(() -> service.auth().login(login("burst-ada@example.com")));
      refused.assertIs(Code.RESOURCE_EXHAUSTED, "RATE_LIMITED");
      assertEquals(Durations.fromSeconds(10), refused.retry().orElseThrow().getRetryDelay());
      assertEquals(
          "too many calls for the limit \"Login\" (expected: at most 6/m after a burst of 2)",
          refused.message());
      assertEquals(1, service.core().rateLimits().refusals(Operation.LOGIN));

      service.clock().advance(Duration.ofSeconds(10));
      service.auth().login(login("burst-ada@example.com"));
    }
  }

  @Test
  void callers_areTheTokensSubjects(TestDatabase database) {
    try (var service = guarded(database, 2, "none")) {
      var ada = TestService.with(token(service, "subject-ada@example.com"), service.users());
      var bob = TestService.with(token(service, "subject-bob@example.com"), service.users());
      var unknown =
          GetUserRequest.newBuilder().setUserId("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e").build();
      for (int i = 0; i < 2; i++) {
        Failure.assertFails(Code.PERMISSION_DENIED, "ACCESS_DENIED", () -> ada.getUser(unknown));
      }
      Failure.assertFails(Code.RESOURCE_EXHAUSTED, "RATE_LIMITED", () -> ada.getUser(unknown));
      Failure.assertFails(Code.PERMISSION_DENIED, "ACCESS_DENIED", () -> bob.getUser(unknown));
    }
  }

  @Test
  void health_isNeverLimited(TestDatabase database) {
    try (var service = open(database, 1, "none")) {
      var standard = HealthGrpc.newBlockingStub(service.channel());
      for (int i = 0; i < 5; i++) {
        service.users().healthCheck(Empty.getDefaultInstance());
        standard.check(HealthCheckRequest.getDefaultInstance());
      }
      User ada = service.create("health-ada@example.com");
      Failure.assertFails(Code.RESOURCE_EXHAUSTED, "RATE_LIMITED", () -> service.get(ada.getId()));
    }
  }

  @Test
  void presets_holdWhereTokensAreRequired(TestDatabase database) {
    var search = SearchUsersRequest.newBuilder().setQuery("x").build();
    int burst = MethodLimits.presets(1).get(Operation.SEARCH_USERS).burst();
    try (var trusting =
            TestService.on(database, core -> core.rateLimits(RateLimitSettings.DEFAULT));
        var guarded =
            TestService.guardedOn(database, core -> core.rateLimits(RateLimitSettings.DEFAULT))) {
      for (int i = 0; i < burst; i++) {
        trusting.users().searchUsers(search);
        Failure.assertFails(
            Code.UNAUTHENTICATED, "CREDENTIALS_MISSING", () -> guarded.users().searchUsers(search));
      }
      trusting.users().searchUsers(search);
      Failure.assertFails(
          Code.RESOURCE_EXHAUSTED, "RATE_LIMITED", () -> guarded.users().searchUsers(search));
    }
  }

  @Test
  void badTokens_areRefusedUnseenAfterABurst(TestDatabase database) {
    try (var service = guarded(database, 0, "BadToken=1/m:2")) {
      String good = token(service, "tokens-ada@example.com");
      var eve = TestService.with(token(service, "tokens-eve@example.com"), service.users());
      var bad = TestService.with("not.a.token", service.users());
      var request = SearchUsersRequest.getDefaultInstance();
      Failure.assertFails(Code.PERMISSION_DENIED, "ACCESS_DENIED", () -> eve.searchUsers(request));
      for (int i = 0; i < 2; i++) {
        Failure.assertFails(
            Code.UNAUTHENTICATED, "CREDENTIALS_INVALID", () -> bad.searchUsers(request));
      }
      Failure.assertFails(Code.RESOURCE_EXHAUSTED, "RATE_LIMITED", () -> bad.searchUsers(request));
      var ada = TestService.with(good, service.users());
      Failure.assertFails(Code.RESOURCE_EXHAUSTED, "RATE_LIMITED", () -> ada.searchUsers(request));
      // A token that was verified before needs no check.
      Failure.assertFails(Code.PERMISSION_DENIED, "ACCESS_DENIED", () -> eve.searchUsers(request));
      service.auth().login(login("tokens-ada@example.com"));
      service.clock().advance(Duration.ofMinutes(1));
      Failure.assertFails(Code.PERMISSION_DENIED, "ACCESS_DENIED", () -> ada.searchUsers(request));
    }
  }
}
