package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.ecommerce.user.core.limit.MethodLimits;
import com.ecommerce.user.core.limit.RateLimitSettings;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.session.CertifiedServices;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.rest.RestApi;
import com.ecommerce.user.rest.http.RequestListeners;
import com.ecommerce.user.rest.http.RestSettings;
import com.ecommerce.user.rest.json.UnknownFields;
import com.ecommerce.user.rest.page.PageSettings;
import com.ecommerce.user.server.config.AccessSettings;
import com.ecommerce.user.server.config.AuthMode;
import com.ecommerce.user.server.config.ConnectionSettings;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests rate limits of both transports on real ports, behind a proxy on this machine. The clock
 * stands still.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class RateLimitServerTest {
  private static final TrustedProxies PROXIES = TrustedProxies.parse("127.0.0.0/8");
  private static final String NOBODY =
      "{\"email\":\"nobody@example.com\",\"password\":\"wrong password\"}";

  private final CloseStack opened = new CloseStack();
  private final WorkerPool workers = new WorkerPool(1, 1, System::nanoTime);
  private final HttpClient http = HttpClient.newHttpClient();
  private Channel channel;
  private int restPort;

  @BeforeEach
  void start(TestDatabase database) throws Exception {
    opened.add(workers::close);
    var limits =
        new RateLimitSettings(
            Optional.empty(),
            MethodLimits.parse("Login=1/m:4,ListUsers=1/m:1,RequestPasswordReset=1/m:1"));
    var test = opened.add(TestCore.on(database, core -> core.workers(workers).rateLimits(limits)));
    var access =
        new AccessSettings(AuthMode.OFF, TokenSettings.DEFAULT, PROXIES, CertifiedServices.NONE);
    var random = new SecureRandom();
    var services =
        opened.add(
            new GrpcServices(
                test.core(), workers, test.clock(), random, access, CallListeners.NONE));
    var grpc =
        opened.add(
            new GrpcEndpoint(
                Optional.of("127.0.0.1"),
                0,
                Optional.empty(),
                services,
                opened.add(new EventLoops()).group(),
                new ConnectionSettings(Duration.ZERO, Duration.ofSeconds(1), Optional.empty())));
    grpc.start();
    var toServer = NettyChannelBuilder.forAddress("127.0.0.1", grpc.port()).usePlaintext().build();
    opened.add(toServer::shutdownNow);
    channel = toServer;
    var settings =
        new RestSettings(
            Optional.of("127.0.0.1"),
            0,
            Optional.empty(),
            Set.of(),
            UnknownFields.REJECT,
            PROXIES,
            Optional.empty(),
            CertifiedServices.NONE,
            Duration.ofSeconds(1),
            "1.2.3");
    var rest =
        opened.add(
            new RestApi(
                test.core(),
                settings,
                PageSettings.DEFAULT,
                workers,
                test.clock(),
                random,
                RequestListeners.NONE));
    rest.start();
    restPort = rest.port();
  }

  @AfterEach
  void stop() {
    opened.close();
  }

  private HttpRequest post(String path, String client, String json) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + restPort + path))
        .header("Content-Type", "application/json")
        .header("X-Forwarded-For", client)
        .POST(HttpRequest.BodyPublishers.ofString(json))
        .build();
  }

  private HttpResponse<String> loginByRest(String client) throws Exception {
    return http.send(post("/api/auth/login", client, NOBODY), BodyHandlers.ofString());
  }

  private Failure loginByGrpc(String client) {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("x-forwarded-for", Metadata.ASCII_STRING_MARSHALLER), client);
    var request =
        LoginRequest.newBuilder()
            .setEmail("nobody@example.com")
            .setPassword("wrong password")
            .build();
    return Failure.of(
        () ->
            AuthServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .login(request));
  }

  @Test
  void transports_countTogetherForEachNetwork() throws Exception {
    String home = "203.0.113.7";
    for (int i = 0; i < 2; i++) {
      loginByGrpc(home).assertIs(Code.UNAUTHENTICATED, "CREDENTIALS_INVALID");
      assertEquals(401, loginByRest(home).statusCode());
    }

    loginByGrpc(home).assertIs(Code.RESOURCE_EXHAUSTED, "RATE_LIMITED");
    var refused = loginByRest(home);
    assertEquals(429, refused.statusCode());
    assertEquals(Optional.of("60"), refused.headers().firstValue("Retry-After"));

    loginByGrpc("203.0.113.8").assertIs(Code.UNAUTHENTICATED, "CREDENTIALS_INVALID");
    assertEquals(401, loginByRest("2001:db8:1:2::3").statusCode());
    assertEquals(
        Optional.of("\"Login\";r=2;t=120"),
        loginByRest("2001:db8:1:2::4").headers().firstValue("RateLimit"),
        "a /64 is one caller");
  }

  @Test
  void refusal_needsNoWorker() throws Exception {
    var release = new CountDownLatch(1);
    workers.supply(
        RequestContext.system(),
        RequestKind.ACCOUNTS,
        () -> {
          try {
            release.await();
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
          return null;
        });
    var request = ListUsersRequest.getDefaultInstance();
    var waiting = UserServiceGrpc.newFutureStub(channel).listUsers(request);
    var reset = post("/api/auth/password-reset", "203.0.113.7", "{\"email\":\"a@example.com\"}");
    var waitingReset = http.sendAsync(reset, BodyHandlers.ofString());
    Await.until(() -> workers.pool().waiting() == 2);

    Failure.assertFails(
        Code.RESOURCE_EXHAUSTED,
        "RATE_LIMITED",
        () -> UserServiceGrpc.newBlockingStub(channel).listUsers(request));
    assertEquals(429, http.send(reset, BodyHandlers.ofString()).statusCode());
    assertFalse(waiting.isDone());
    assertFalse(waitingReset.isDone());

    release.countDown();
    waiting.get();
    assertEquals(200, waitingReset.get().statusCode());
  }
}
