package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import com.ecommerce.common.v1.HealthStatus;
import com.ecommerce.user.core.testing.FreePorts;
import com.ecommerce.user.core.testing.TestPostgres;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.ConformanceInterceptor;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.HttpProbe;
import com.ecommerce.user.server.testing.RelayedPort;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.Empty;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the whole server while its PostgreSQL is stopped and started again. */
@Timeout(120)
class DatabaseOutageTest {
  @TempDir private Path directory;

  @Test
  void databaseThatGoesAndComesBack_isSeenAndNeedsNoRestart() throws Exception {
    int port = FreePorts.next();
    var conformance = new ConformanceInterceptor();
    try (var opened = new CloseStack()) {
      var postgres = startPostgres(port);
      opened.add(postgres);
      var server = opened.add(UserServiceServer.start(settings(port), silence()));
      var channel =
          NettyChannelBuilder.forAddress("localhost", server.port()).usePlaintext().build();
      opened.add(channel::shutdownNow);
      var users = UserServiceGrpc.newBlockingStub(channel).withInterceptors(conformance);
      var watched = watch(HealthGrpc.newStub(channel));
      assertEquals(ServingStatus.SERVING, watched.take());
      User user = users.createUser(TestService.aRequest("ada@example.com").build()).getUser();
      var login = LoginRequest.newBuilder().setEmail(user.getEmail());
      String token =
          AuthServiceGrpc.newBlockingStub(channel)
              .login(login.setPassword(TestUsers.PASSWORD).build())
              .getAccessToken();
      var get = GetUserRequest.newBuilder().setUserId(user.getId()).build();

      postgres.close();

      assertEquals(ServingStatus.NOT_SERVING, watched.take());
      var health = users.healthCheck(Empty.getDefaultInstance());
      assertEquals(HealthStatus.HEALTH_STATUS_UNHEALTHY, health.getStatus());
      var probes = new HttpProbe(server.metricsPort().orElseThrow());
      assertEquals(503, probes.status("/readyz"));
      assertEquals(200, probes.status("/livez"));
      assertTrue(
          probes.get("/metrics").body().contains("user_component_up{component=\"database\"} 0.0"));
      assertEquals(
          Map.of("database", HealthStatus.HEALTH_STATUS_UNHEALTHY), health.getComponentsMap());
      var together = UserServiceGrpc.newFutureStub(channel).withInterceptors(conformance);
      var read = together.getUser(get);
      var list = together.listUsers(ListUsersRequest.getDefaultInstance());
      assertUnavailable(read);
      assertUnavailable(list);
      // By now, nothing is answered from memory any more, not even the session.
      assertUnavailable(TestService.with(token, together).getUser(get));
      assertEquals(
          HealthStatus.HEALTH_STATUS_UNHEALTHY,
          TestService.with(token, users).healthCheck(Empty.getDefaultInstance()).getStatus());

      try (var again = startPostgres(port)) {
        assertEquals(ServingStatus.SERVING, watched.take());
        assertEquals(200, probes.status("/readyz"));
        assertEquals(user.getId(), users.getUser(get).getUser().getId());
        assertEquals(
            HealthStatus.HEALTH_STATUS_HEALTHY,
            users.healthCheck(Empty.getDefaultInstance()).getStatus());
      }
    }
    conformance.assertNoProblem();
  }

  @Test
  void silentDatabase_holdsNoCall_isTwoLinesOfLog_andNeedsNoRestart() throws Exception {
    int port = FreePorts.next();
    try (var opened = new CloseStack();
        var postgres = startPostgres(port);
        var relay = new RelayedPort(port);
        var captured = new CapturedLog()) {
      var server = opened.add(UserServiceServer.start(settings(relay.port()), silence()));
      var channel =
          NettyChannelBuilder.forAddress("localhost", server.port()).usePlaintext().build();
      opened.add(channel::shutdownNow);
      var users = UserServiceGrpc.newFutureStub(channel);
      var watched = watch(HealthGrpc.newStub(channel));
      assertEquals(ServingStatus.SERVING, watched.take());
      var create = TestService.aRequest("grace@example.com").build();
      users.createUser(create).get();
      var list = ListUsersRequest.getDefaultInstance();
      int before = captured.events().size();

      relay.discard();

      // The calls have no deadline. Their connections are in use, idle, or not yet open.
      var calls = Stream.generate(() -> users.listUsers(list)).limit(30).toList();
      calls.forEach(DatabaseOutageTest::assertUnavailable);
      assertEquals(ServingStatus.NOT_SERVING, watched.take());
      assertUnavailable(users.listUsers(list));
      relay.forward();
      assertEquals(ServingStatus.SERVING, watched.take());
      assertEquals(1, users.listUsers(list).get().getUsersCount());

      var lines =
          captured.events().stream()
              .skip(before)
              .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
              // LogSetup silences the pool's lines about single connections, but not in tests.
              .filter(event -> !event.getLoggerName().startsWith("com.zaxxer.hikari"))
              .map(event -> event.getLevel() + " " + event.getFormattedMessage())
              .toList();
      assertEquals(2, lines.size(), lines::toString);
      assertTrue(lines.get(0).startsWith("WARN The database is unavailable ("), lines::toString);
      assertTrue(lines.get(1).startsWith("INFO The database is available again "), lines::toString);
    }
  }

  @Test
  void silentReplica_letsListsReadTheMainDatabase() throws Exception {
    int port = FreePorts.next();
    try (var opened = new CloseStack();
        var postgres = startPostgres(port);
        var relay = new RelayedPort(port)) {
      var read = Map.of("DATABASE_READ_URL", url(relay.port()));
      var server = opened.add(UserServiceServer.start(settings(port, read), silence()));
      var channel =
          NettyChannelBuilder.forAddress("localhost", server.port()).usePlaintext().build();
      opened.add(channel::shutdownNow);
      var users = UserServiceGrpc.newFutureStub(channel);
      users.createUser(TestService.aRequest("edith@example.com").build()).get();
      var list = ListUsersRequest.getDefaultInstance();
      assertEquals(1, users.listUsers(list).get().getUsersCount());

      relay.discard();

      assertEquals(1, users.listUsers(list).get(60, TimeUnit.SECONDS).getUsersCount());
    }
  }

  private static void assertUnavailable(Future<?> call) {
    var failed = assertThrows(ExecutionException.class, call::get).getCause();
    var failure = Failure.of((StatusRuntimeException) failed);
    failure.assertIs(Code.UNAVAILABLE, "DATABASE_UNAVAILABLE");
    assertTrue(failure.retry().isPresent());
  }

  private static BlockingQueue<ServingStatus> watch(HealthGrpc.HealthStub health) {
    var statuses = new LinkedBlockingQueue<ServingStatus>();
    health.watch(
        HealthCheckRequest.newBuilder().setService("user.v1.UserService").build(),
        new StreamObserver<>() {
          @Override
          public void onNext(HealthCheckResponse answer) {
            statuses.add(answer.getStatus());
          }

          @Override
          public void onError(Throwable ended) {
            statuses.add(ServingStatus.UNKNOWN);
          }

          @Override
          public void onCompleted() {
            statuses.add(ServingStatus.UNKNOWN);
          }
        });
    return statuses;
  }

  private EmbeddedPostgres startPostgres(int port) throws IOException {
    return TestPostgres.builder()
        .setPort(port)
        .setDataDirectory(directory.resolve("cluster"))
        .setCleanDataDirectory(false)
        .start();
  }

  private static String url(int port) {
    return "postgresql://postgres@localhost:" + port + "/postgres";
  }

  private ServerSettings settings(int port) {
    return settings(port, Map.of());
  }

  private ServerSettings settings(int port, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("DATABASE_URL", url(port));
    environment.put("PASSWORD_BCRYPT_COST", "4");
    environment.put("METRICS_PORT", "0");
    return ServerSettings.read(
        Map.of(
            "--port", "0",
            "--rest-port", "0",
            "--bind", "localhost",
            "--data-dir", directory.toString()),
        environment);
  }

  private static PrintStream silence() {
    return new PrintStream(OutputStream.nullOutputStream());
  }
}
