package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.FreePorts;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.OtlpReceiver;
import com.ecommerce.user.server.testing.ServerProcess;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the effects of OpenTelemetry's variables on the runnable jar. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class TracingVariablesIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final String TRACE_PARENT = "00-" + TRACE + "-" + CALLER + "-01";

  @TempDir private Path directory;
  private OtlpReceiver receiver;

  @BeforeEach
  void receive() throws Exception {
    receiver = OtlpReceiver.start();
  }

  @AfterEach
  void end() {
    receiver.close();
    assertEquals(List.of(), receiver.problems());
  }

  private ServerProcess start(TestDatabase database, Map<String, String> more) {
    var environment = new HashMap<String, String>();
    environment.put("DATABASE_URL", database.jdbcUrl());
    environment.put("BIND_ADDRESS", "127.0.0.1");
    environment.put("GRPC_PORT", "0");
    // Spans are sent as soon as they end.
    environment.put("OTEL_BSP_SCHEDULE_DELAY", "20");
    environment.putAll(more);
    return ServerProcess.start(directory, environment);
  }

  private static UserServiceBlockingStub traced(UserServiceBlockingStub stub, String traceParent) {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), traceParent);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @Test
  void variables_nameTheResourceAndSample(TestDatabase database) throws Exception {
    var variables =
        Map.of(
            "OTEL_TRACES_EXPORTER", "otlp",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", receiver.endpoint() + "/v1/traces",
            "OTEL_RESOURCE_ATTRIBUTES", "service.name=accounts,deployment.environment.name=test",
            "OTEL_TRACES_SAMPLER", "parentbased_always_off");
    try (var server = start(database, variables)) {
      var users = server.awaitUsers();
      var nobody = GetUserRequest.newBuilder().setUserId("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e");
      assertThrows(StatusRuntimeException.class, () -> users.getUser(nobody.build()));
      assertThrows(
          StatusRuntimeException.class, () -> traced(users, TRACE_PARENT).getUser(nobody.build()));

      receiver.await(TRACE, "user.v1.UserService/GetUser");
      assertEquals("accounts", receiver.resource().get("service.name"));
      assertEquals("test", receiver.resource().get("deployment.environment.name"));
      assertEquals(
          List.of(TRACE), receiver.spans().stream().map(OtlpReceiver::traceId).distinct().toList());
    }
  }

  @Test
  void stop_sendsTheLastSpans(TestDatabase database) throws Exception {
    var variables =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            receiver.endpoint(),
            "OTEL_BSP_SCHEDULE_DELAY",
            "3600000");
    try (var server = start(database, variables)) {
      var users = traced(server.awaitUsers(), TRACE_PARENT);
      users.createUser(TestService.aRequest(UUID.randomUUID() + "@example.com").build());
      server.terminate();

      assertEquals(0, server.awaitExit());
      receiver.await(TRACE, "user.v1.UserService/CreateUser");
    }
  }

  @Test
  void receiverThatIsAway_harmsNoCallAndFillsNoLog(TestDatabase database) throws Exception {
    String away = "http://127.0.0.1:" + FreePorts.next();
    try (var server = start(database, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", away))) {
      var users = server.awaitUsers();
      var ada =
          users
              .createUser(TestService.aRequest(UUID.randomUUID() + "@example.com").build())
              .getUser();
      var get = GetUserRequest.newBuilder().setUserId(ada.getId()).build();
      Await.until(
          () -> {
            users.getUser(get);
            return warnings(server) > 0;
          });
      IntStream.range(0, 500).forEach(i -> users.getUser(get));
      server.terminate();

      assertEquals(0, server.awaitExit());
      assertTrue(warnings(server) <= 6, server.errors().toString());
      // The line has the usual format, and no stack trace.
      assertEquals(
          List.of(),
          server.errors().stream().filter(line -> !line.matches("20\\d\\d-.*")).toList());
    }
  }

  private static long warnings(ServerProcess server) {
    return server.errors().stream().filter(line -> line.contains("Failed to export")).count();
  }

  @Test
  void off_loadsNothingOfTheLibrary(TestDatabase database) throws Exception {
    var variables = Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=classes.txt");
    try (var server = start(database, variables)) {
      var users = server.awaitUsers();
      users.createUser(TestService.aRequest(UUID.randomUUID() + "@example.com").build());
      server.terminate();

      assertEquals(0, server.awaitExit());
    }
    var classes = Files.readString(directory.resolve("classes.txt"));
    assertTrue(classes.contains("com.ecommerce.user.server.UserServiceServer"));
    assertFalse(classes.contains("io.opentelemetry"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          OTEL_TRACES_SAMPLER          | sometimes       | .*OTEL_TRACES_SAMPLER.*sometimes.*
          OTEL_TRACES_EXPORTER         | carrier-pigeon  | .*OTEL_TRACES_EXPORTER.*carrier-pigeon.*
          OTEL_BSP_SCHEDULE_DELAY      | soon            | .*OTEL_BSP_SCHEDULE_DELAY.*soon.*
          OTEL_PROPAGATORS             | smoke           | .*OTEL_PROPAGATORS.*smoke.*
          """)
  void badValues_areOneLineThatNamesTheVariable(
      String variable, String value, String line, TestDatabase database) throws Exception {
    var variables = new HashMap<String, String>();
    variables.put("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint());
    variables.put(variable, value);
    try (var server = start(database, variables)) {
      assertEquals(1, server.awaitExit());
      var lines = server.errors().stream().filter(text -> !text.contains(" INFO ")).toList();
      assertEquals(1, lines.size(), lines.toString());
      assertTrue(lines.get(0).matches(line), lines.toString());
    }
  }
}
