package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.HealthStatus;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.limit.MethodLimits;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.SlowRelay;
import com.ecommerce.user.server.testing.TestRedis;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.google.protobuf.Empty;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests servers that count in a real Redis. Rates are so low that buckets do not refill during a
 * test.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class RedisLimitTest {
  private static final GetUserRequest UNKNOWN =
      GetUserRequest.newBuilder().setUserId("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e").build();

  @TempDir private Path directory;

  private final CloseStack opened = new CloseStack();
  private TestRedis redis;
  private TestDatabase database;

  @BeforeEach
  void start(TestDatabase given) throws Exception {
    database = given;
    redis = opened.add(new TestRedis(directory));
  }

  @AfterEach
  void stop() {
    opened.close();
  }

  private UserServiceServer server(String methods) {
    return server(Map.of("RATE_LIMIT_METHODS", methods));
  }

  private UserServiceServer server(Map<String, String> limits) {
    return server(limits, redis.url());
  }

  private UserServiceServer server(Map<String, String> limits, String redisUrl) {
    var environment = new HashMap<>(limits);
    environment.put("DATABASE_URL", database.jdbcUrl());
    environment.put("DATA_DIR", directory.toString());
    environment.put("BIND_ADDRESS", "127.0.0.1");
    environment.put("GRPC_PORT", "0");
    environment.put("REST_PORT", "0");
    environment.put("METRICS_PORT", "-1");
    environment.put("REDIS_URL", redisUrl);
    environment.put("SHUTDOWN_GRACE_SECONDS", "1");
    return opened.add(
        UserServiceServer.start(
            ServerSettings.read(Map.of(), environment),
            new PrintStream(OutputStream.nullOutputStream())));
  }

  private ManagedChannel channel(UserServiceServer server) {
    var channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    opened.add(channel::shutdownNow);
    return channel;
  }

  private UserServiceBlockingStub users(UserServiceServer server) {
    return UserServiceGrpc.newBlockingStub(channel(server));
  }

  private static boolean isGranted(UserServiceBlockingStub users) {
    try {
      users.getUser(UNKNOWN);
      throw new AssertionError("there is such a user");
    } catch (StatusRuntimeException failure) {
      return switch (Failure.of(failure).reason()) {
        case "USER_NOT_FOUND" -> true;
        case "RATE_LIMITED" -> false;
        default -> throw new AssertionError(failure);
      };
    }
  }

  private static void assertHealth(
      UserServiceBlockingStub users, HealthStatus whole, HealthStatus cache) throws Exception {
    Await.until(() -> users.healthCheck(Empty.getDefaultInstance()).getStatus() == whole);
    assertEquals(
        cache, users.healthCheck(Empty.getDefaultInstance()).getComponentsMap().get("cache"));
  }

  @Test
  void limit_isSharedByServersAndTransports() throws Exception {
    var one = server("GetUser=1/m:6,Login=1/m:2");
    var other = server("GetUser=1/m:6,Login=1/m:2");
    for (int i = 0; i < 3; i++) {
      assertTrue(isGranted(users(one)));
      assertTrue(isGranted(users(other)));
    }
    var refused = Failure.of(() -> users(one).getUser(UNKNOWN));
    refused.assertIs(Code.RESOURCE_EXHAUSTED, "RATE_LIMITED");
    long seconds = refused.retry().orElseThrow().getRetryDelay().getSeconds();
    assertTrue(seconds > 0 && seconds <= 60, "seconds " + seconds);
    Failure.assertFails(
        Code.RESOURCE_EXHAUSTED, "RATE_LIMITED", () -> users(other).getUser(UNKNOWN));

    assertEquals(
        "\"Login\";r=1",
        login(one).headers().firstValue("RateLimit").orElse("").replaceAll(";t=.*", ""));
    assertEquals(401, login(other).statusCode());
    assertEquals(429, login(one).statusCode());
    assertEquals(429, login(other).statusCode());
    assertHealth(
        users(one), HealthStatus.HEALTH_STATUS_HEALTHY, HealthStatus.HEALTH_STATUS_HEALTHY);
    assertEquals(
        List.of(
            "user-service:limit:GetUser:network:127.0.0.1/32",
            "user-service:limit:Login:network:127.0.0.1/32"),
        redis.keys().stream().filter(key -> !key.contains(":probe:")).toList());
    assertTrue(redis.secondsToLive("user-service:limit:GetUser:network:127.0.0.1/32") > 0);
  }

  private static HttpResponse<String> login(UserServiceServer server) throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + server.restPort().orElseThrow() + "/api/auth/login"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"email\":\"nobody@example.com\",\"password\":\"wrong password\"}"))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  /** The defaults of gRPC without credentials are ten times as high. */
  @Test
  void presets_ofOneTransportAreNotThoseOfTheOther() throws Exception {
    var server = server(Map.of());
    var auth = AuthServiceGrpc.newBlockingStub(channel(server));
    var nobody =
        LoginRequest.newBuilder().setEmail("nobody@example.com").setPassword("wrong password");
    Failure.assertFails(
        Code.UNAUTHENTICATED, "CREDENTIALS_INVALID", () -> auth.login(nobody.build()));

    var headers = login(server).headers();

    double secondsOfAHash = HashSettings.DEFAULT.expectedTime().toNanos() / 1e9;
    double hashesPerSecond = Runtime.getRuntime().availableProcessors() / secondsOfAHash;
    int burst = MethodLimits.presets(hashesPerSecond).get(Operation.LOGIN).burst();
    assertEquals(
        "\"Login\";q=" + burst + ";w=10", headers.firstValue("RateLimit-Policy").orElse(""));
  }

  private static int granted(UserServiceBlockingStub users, int calls) {
    int granted = 0;
    for (int i = 0; i < calls; i++) {
      granted += isGranted(users) ? 1 : 0;
    }
    return granted;
  }

  @Test
  void redisThatDies_isDoneWithoutAndUsedAgain() throws Exception {
    try (var log = new CapturedLog()) {
      var users = users(server("GetUser=1/m:2"));
      assertTrue(isGranted(users));
      assertTrue(isGranted(users));
      assertTrue(!isGranted(users));

      redis.stop();
      assertHealth(
          users, HealthStatus.HEALTH_STATUS_DEGRADED, HealthStatus.HEALTH_STATUS_UNHEALTHY);
      assertEquals(2, granted(users, 5), "counted in the process");

      redis.start();
      assertHealth(users, HealthStatus.HEALTH_STATUS_HEALTHY, HealthStatus.HEALTH_STATUS_HEALTHY);
      assertEquals(
          List.of(
              "INFO Redis at " + redis.url() + "/0 answers: rate limits are shared",
              "WARN Redis at "
                  + redis.url()
                  + "/0 does not answer: rate limits count in this process alone",
              "INFO Redis at " + redis.url() + "/0 answers again: rate limits are shared"),
          aboutRedis(log));
    }
  }

  @Test
  void redisThatRefusesToWrite_isAwayAndSaidOnce() throws Exception {
    try (var log = new CapturedLog()) {
      var users = users(server("GetUser=1/m:2"));
      assertTrue(isGranted(users));
      redis.refuseWrites(true);
      assertHealth(
          users, HealthStatus.HEALTH_STATUS_DEGRADED, HealthStatus.HEALTH_STATUS_UNHEALTHY);
      assertEquals(2, granted(users, 5));
      long probes = redis.commandsRun("evalsha");
      Await.until(() -> redis.commandsRun("evalsha") > probes + 3);
      assertEquals(0, granted(users, 5));
      assertEquals(
          List.of(
              "INFO Redis at " + redis.url() + "/0 answers: rate limits are shared",
              "WARN Redis at "
                  + redis.url()
                  + "/0 answers with an error: rate limits count in this process alone"),
          aboutRedis(log));

      redis.refuseWrites(false);
      assertHealth(users, HealthStatus.HEALTH_STATUS_HEALTHY, HealthStatus.HEALTH_STATUS_HEALTHY);
      assertEquals(1, granted(users, 5), "what was left in Redis");
    }
  }

  @Test
  void redisThatHangs_holdsNobodyUp() throws Exception {
    var users = users(server("GetUser=1/m:1000"));
    assertTrue(isGranted(users));
    redis.pause();
    try {
      assertEquals(100, granted(users, 100));
      assertHealth(
          users, HealthStatus.HEALTH_STATUS_DEGRADED, HealthStatus.HEALTH_STATUS_UNHEALTHY);
    } finally {
      redis.resume();
    }
    assertHealth(users, HealthStatus.HEALTH_STATUS_HEALTHY, HealthStatus.HEALTH_STATUS_HEALTHY);
    assertTrue(isGranted(users));
  }

  /** Redis is too slow for calls, but fast enough to keep the connection. */
  @Test
  void redisThatAnswersLate_isAwayAndSaidOnce() throws Exception {
    var relay = opened.add(new SlowRelay(URI.create(redis.url()).getPort()));
    String url = "redis://127.0.0.1:" + relay.port();
    try (var log = new CapturedLog()) {
      var users = users(server(Map.of("RATE_LIMIT_METHODS", "GetUser=1/m:50"), url));
      assertTrue(isGranted(users));
      relay.holdAnswersBack(Duration.ofMillis(400));
      assertEquals(3, granted(users, 3), "counted in the process");
      assertHealth(
          users, HealthStatus.HEALTH_STATUS_DEGRADED, HealthStatus.HEALTH_STATUS_UNHEALTHY);
      long asked = redis.commandsRun("evalsha");
      Await.until(() -> redis.commandsRun("evalsha") > asked + 4);
      assertEquals(
          List.of(
              "INFO Redis at " + url + "/0 answers: rate limits are shared",
              "WARN Redis at "
                  + url
                  + "/0 does not answer: rate limits count in this process alone"),
          aboutRedis(log));

      relay.holdAnswersBack(Duration.ZERO);
      assertHealth(users, HealthStatus.HEALTH_STATUS_HEALTHY, HealthStatus.HEALTH_STATUS_HEALTHY);
      assertEquals(3, aboutRedis(log).size(), log.text());
    }
  }

  @Test
  void redisThatIsNotThereAtTheStart_isUsedWhenItComes() throws Exception {
    redis.stop();
    try (var log = new CapturedLog()) {
      var users = users(server("GetUser=1/m:2"));
      assertHealth(
          users, HealthStatus.HEALTH_STATUS_DEGRADED, HealthStatus.HEALTH_STATUS_UNHEALTHY);
      assertEquals(2, granted(users, 5));
      redis.start();
      assertHealth(users, HealthStatus.HEALTH_STATUS_HEALTHY, HealthStatus.HEALTH_STATUS_HEALTHY);
      assertEquals(2, granted(users, 5));
      assertEquals(2, aboutRedis(log).size());
    }
  }

  private static List<String> aboutRedis(CapturedLog log) {
    return log.events().stream()
        .filter(event -> event.getFormattedMessage().startsWith("Redis at "))
        .map(event -> event.getLevel() + " " + event.getFormattedMessage().replaceAll(" \\(.*", ""))
        .toList();
  }
}
