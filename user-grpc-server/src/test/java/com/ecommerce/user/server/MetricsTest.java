package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.BuildInfo;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.metrics.Exposition;
import com.ecommerce.user.server.metrics.MonitoringFiles;
import com.ecommerce.user.server.testing.HttpProbe;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.Empty;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests what the whole server exports to Prometheus after calls of many kinds. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class MetricsTest {
  private static final String GRPC = "grpc_server_call_duration_seconds_count";
  private static final String REST = "http_server_requests_seconds_count";

  @TempDir private Path directory;
  private TestDatabase database;
  private UserServiceServer server;
  private ManagedChannel channel;
  private UserServiceGrpc.UserServiceBlockingStub users;
  private HttpProbe rest;
  private HttpProbe metrics;

  @BeforeEach
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    var environment =
        Map.of(
            "DATABASE_URL", database.jdbcUrl(),
            "DATA_DIR", directory.toString(),
            "BIND_ADDRESS", "localhost",
            "GRPC_PORT", "0",
            "REST_PORT", "0",
            "METRICS_PORT", "0",
            "KAFKA_BOOTSTRAP_SERVERS", "localhost:1",
            "PASSWORD_BCRYPT_COST", "4");
    server =
        UserServiceServer.start(
            ServerSettings.read(Map.of(), environment),
            new PrintStream(OutputStream.nullOutputStream()));
    channel = NettyChannelBuilder.forAddress("localhost", server.port()).usePlaintext().build();
    users = UserServiceGrpc.newBlockingStub(channel);
    rest = new HttpProbe(server.restPort().orElseThrow());
    metrics = new HttpProbe(server.metricsPort().orElseThrow());
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  private Exposition scrape() {
    var answer = metrics.get("/metrics");
    assertEquals(200, answer.statusCode());
    assertEquals(
        "text/plain; version=0.0.4; charset=utf-8",
        answer.headers().firstValue("Content-Type").orElseThrow());
    return Exposition.parse(answer.body());
  }

  private void awaitSum(double expected, String name, String... labels) throws Exception {
    Await.until(() -> scrape().sum(name, labels) == expected);
  }

  private User create() {
    String email = UUID.randomUUID() + "@example.com";
    return users.createUser(TestService.aRequest(email).build()).getUser();
  }

  private static GetUserRequest get(String id) {
    return GetUserRequest.newBuilder().setUserId(id).build();
  }

  @Test
  void dashboardAndAlerts_askForWhatIsExported() throws Exception {
    var user = create();
    users.getUser(get(user.getId()));
    assertThrows(
        StatusRuntimeException.class, () -> users.getUser(get(UUID.randomUUID().toString())));
    rest.get("/api/health");
    failUnexpectedly();
    awaitSum(1, REST, "status", "500");
    Await.until(() -> !Double.isNaN(scrape().sum("user_mail_waiting")));
    Await.until(() -> !Double.isNaN(scrape().sum("user_event_watches")));

    // Collections are counted from the first scrape on.
    System.gc();
    Await.until(() -> scrape().sum("jvm_gc_pause_seconds_count") > 0);

    var expressions = MonitoringFiles.expressions();
    assertTrue(expressions.size() > 40, expressions.toString());
    assertEquals(List.of(), MonitoringFiles.missingFrom(scrape()));
  }

  /** Causes the defects that the alerts detect, over both transports. */
  private void failUnexpectedly() {
    database.execute("alter table users rename column bio to biography");
    try {
      var all = ListUsersRequest.getDefaultInstance();
      assertThrows(StatusRuntimeException.class, () -> users.listUsers(all));
      rest.post(
          "/api/auth/register", "{\"email\":\"eve@example.com\",\"password\":\"kjhf-zu7-pq\"}");
    } finally {
      database.execute("alter table users rename column biography to bio");
    }
  }

  @Test
  void grpcCalls_areCountedByMethodAndCode() throws Exception {
    var user = create();
    users.getUser(get(user.getId()));
    users.getUser(get(user.getId()));
    assertThrows(StatusRuntimeException.class, () -> users.getUser(get("no id")));

    awaitSum(2, GRPC, "grpc_method", "user.v1.UserService/GetUser", "grpc_status", "OK");
    awaitSum(
        1, GRPC, "grpc_method", "user.v1.UserService/GetUser", "grpc_status", "INVALID_ARGUMENT");
    awaitSum(1, GRPC, "grpc_method", "user.v1.UserService/CreateUser", "grpc_status", "OK");
    var buckets =
        scrape().named("grpc_server_call_duration_seconds_bucket").stream()
            .filter(one -> one.labels().get("grpc_status").equals("INVALID_ARGUMENT"))
            .toList();
    assertEquals(14, buckets.size(), buckets.toString());
    assertEquals(0.0005, Double.parseDouble(buckets.get(0).labels().get("le")));
    assertEquals("+Inf", buckets.get(13).labels().get("le"));
  }

  @Test
  void methodsThatClientsInvent_areOneLabel() throws Exception {
    for (int i = 0; i < 5; i++) {
      callInvented("user.v1.UserService/Invented" + i);
      callInvented("invented.v" + i + ".Service/Call");
    }

    awaitSum(10, GRPC, "grpc_method", "other", "grpc_status", "UNIMPLEMENTED");
    assertTrue(
        scrape().series().stream()
            .noneMatch(one -> one.toString().toLowerCase(Locale.ROOT).contains("invent")));
  }

  private void callInvented(String name) {
    var marshaller = ProtoUtils.marshaller(Empty.getDefaultInstance());
    var method =
        MethodDescriptor.newBuilder(marshaller, marshaller)
            .setType(MethodType.UNARY)
            .setFullMethodName(name)
            .build();
    assertThrows(
        StatusRuntimeException.class,
        () ->
            ClientCalls.blockingUnaryCall(
                channel, method, CallOptions.DEFAULT, Empty.getDefaultInstance()));
  }

  @Test
  void callsThatClientsLeave_areCountedAsThat() throws Exception {
    var user = create();
    try (var pool = database.pool(1);
        var connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      connection.createStatement().executeQuery("select id from users for update");
      var update =
          UpdateUserRequest.newBuilder()
              .setUserId(user.getId())
              .setUser(User.newBuilder().setFirstName("Augusta"))
              .build();
      assertThrows(
          StatusRuntimeException.class,
          () -> users.withDeadlineAfter(1, TimeUnit.SECONDS).updateUser(update));
      var left = UserServiceGrpc.newFutureStub(channel).updateUser(update);
      Await.until(() -> scrape().sum("hikaricp_connections_active", "pool", "users") > 0);
      left.cancel(true);

      String method = "user.v1.UserService/UpdateUser";
      awaitSum(2, GRPC, "grpc_method", method);
      var exported = scrape();
      double expired =
          exported.sum(GRPC, "grpc_method", method, "grpc_status", "DEADLINE_EXCEEDED");
      double cancelled = exported.sum(GRPC, "grpc_method", method, "grpc_status", "CANCELLED");
      // The order depends on which clock is first.
      assertEquals(2, expired + cancelled, exported.toString());
      assertTrue(cancelled >= 1, exported.toString());
      connection.rollback();
    }
  }

  @Test
  void requests_areCountedByRouteAndStatus() throws Exception {
    rest.get("/api/users/" + UUID.randomUUID());
    rest.get("/api/users/" + UUID.randomUUID());
    rest.get("/invented/" + UUID.randomUUID());
    rest.get("/invented/" + UUID.randomUUID());

    awaitSum(2, REST, "method", "GET", "uri", "/api/users/{user_id}", "status", "401");
    awaitSum(2, REST, "method", "GET", "uri", "other", "status", "404");
    assertTrue(scrape().series().stream().noneMatch(one -> one.toString().contains("invented")));
  }

  @Test
  void partsOfTheService_tellTheirFigures() throws Exception {
    var user = create();
    users.getUser(get(user.getId()));
    users.getUser(get(user.getId()));
    Await.until(() -> scrape().sum("user_mail_sent_total") == 1);

    var exported = scrape();
    assertEquals(1, exported.sum("user_hashing_wait_seconds_count"));
    assertEquals(0, exported.sum("user_hashing_rejected_total"));
    double places = exported.sum("user_hashing_places");
    assertTrue(places >= 1 && places <= 1_000, "as many as can begin in time: " + places);
    assertEquals(10, exported.sum("hikaricp_connections_max", "pool", "users"));
    assertEquals(1_000, exported.sum("executor_queue_remaining_tasks", "name", "workers"));
    assertEquals(1, exported.sum("user_component_up", "component", "database"));
    assertEquals(1, exported.sum("user_service_ready"));
    assertEquals(1, exported.sum("user_service_build_info", "version", BuildInfo.version()));
    assertTrue(exported.sum("cache_gets_total", "cache", "users") >= 2);
    assertTrue(exported.sum("jvm_memory_used_bytes", "area", "heap") > 0);
    assertTrue(exported.sum("process_uptime_seconds") > 0);
  }

  @Test
  void sinks_tellWhatTheyHaveNotDelivered() throws Exception {
    Await.until(() -> scrape().sum("user_event_watches") == 1);
    for (int i = 0; i < 3; i++) {
      create();
    }

    // There is no broker.
    Await.until(() -> scrape().sum("user_event_sink_lag_events", "sink", "kafka") >= 3);
    Await.until(() -> scrape().sum("user_component_up", "component", "kafka") == 0);
    var exported = scrape();
    assertTrue(exported.sum("user_event_sink_oldest_age_seconds", "sink", "kafka") > 0);
    assertEquals(0, exported.sum("user_event_sink_lag_events", "sink", "webhooks"));
    assertTrue(exported.sum("user_event_deliveries_total", "result", "failed") >= 2);
    assertEquals(0, exported.sum("user_event_deliveries_total", "result", "delivered"));
    assertEquals(1, exported.sum("user_service_ready"));
  }

  @Test
  void probes_answerAndNothingElseDoes() {
    assertEquals(200, metrics.status("/livez"));
    assertEquals(200, metrics.status("/readyz"));
    assertEquals(404, metrics.status("/metrics/"));
    assertEquals(405, metrics.post("/metrics", "{}").statusCode());
    assertEquals("", metrics.send("HEAD", "/metrics", "").body());
  }

  @Test
  void drainingServer_isAliveAndNotReady() throws Exception {
    var user = create();
    try (var pool = database.pool(1);
        var connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      connection.createStatement().executeQuery("select id from users for update");
      var running =
          UserServiceGrpc.newFutureStub(channel)
              .updateUser(
                  UpdateUserRequest.newBuilder()
                      .setUserId(user.getId())
                      .setUser(User.newBuilder().setFirstName("Augusta"))
                      .build());
      Await.until(() -> scrape().sum("hikaricp_connections_active", "pool", "users") > 0);
      var stop = new Thread(server::close);
      stop.start();

      Await.until(() -> metrics.status("/readyz") == 503);
      assertEquals(200, metrics.status("/livez"));
      assertEquals(0, scrape().sum("user_service_ready"));
      assertFalse(running.isDone());

      connection.rollback();
      assertEquals("Augusta", running.get().getUser().getFirstName());
      stop.join();
    }
  }
}
