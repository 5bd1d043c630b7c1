package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.grpc.StatusMapper;
import com.ecommerce.user.server.testing.MalformedCall;
import com.ecommerce.user.server.testing.RawHttp2;
import com.google.rpc.ErrorInfo;
import io.grpc.Status.Code;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that calls that violate gRPC or HTTP/2 end with a status and details, and affect no others.
 */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class MalformedCallIT {
  /** The maximum size of response headers that clients and proxies accept by default. */
  private static final int MAX_ANSWER = 8 * 1024;

  private final CloseStack opened = new CloseStack();
  private int port;

  @BeforeAll
  void start(TestDatabase database, @TempDir Path directory) {
    var settings =
        ServerSettings.read(
            Map.of(
                "--port", "0",
                "--rest-port", "-1",
                "--bind", "127.0.0.1",
                "--data-dir", directory.toString()),
            Map.of("DATABASE_URL", database.jdbcUrl(), "METRICS_PORT", "-1"));
    var silence = new PrintStream(OutputStream.nullOutputStream());
    port = opened.add(UserServiceServer.start(settings, silence)).port();
  }

  @AfterAll
  void stop() {
    opened.close();
  }

  static List<MalformedCall> calls() {
    return MalformedCall.all();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void malformedCall_endsAloneWithDetails(MalformedCall call) throws IOException {
    try (var client = RawHttp2.connect(port)) {
      var answer = call.make(client);

      assertEquals(Optional.of(call.code()), answer.code(), answer.toString());
      var info = answer.info().orElse(ErrorInfo.getDefaultInstance());
      assertEquals(StatusMapper.DOMAIN, info.getDomain(), answer.toString());
      assertFalse(info.getReason().isEmpty(), answer.toString());
      assertTrue(answer.header("x-call-id").matches("[0-9a-f]{16}"), answer.toString());
      assertTrue(answer.toString().length() < MAX_ANSWER, answer.toString());
      assertGoesOn(client);
    }
  }

  private static void assertGoesOn(RawHttp2 client) throws IOException {
    var next = MalformedCall.wellFormed(client);
    assertEquals(Optional.of(Code.OK), next.code(), next.toString());
    assertFalse(client.isGone());
  }

  /** Browsers and probes send a GET, without a content type. */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "OPTIONS"})
  void methodOtherThanPost_isNotAllowed(String method) throws IOException {
    try (var client = RawHttp2.connect(port)) {
      for (String path : List.of("/", "/user.v1.UserService/HealthCheck")) {
        var headers =
            List.of(":method", method, ":scheme", "http", ":path", path, ":authority", "localhost");

        var answer = client.await(client.open(headers, true));

        assertEquals("405", answer.header(":status"), answer.toString());
        assertEquals("POST", answer.header("allow"), answer.toString());
      }
      assertGoesOn(client);
    }
  }

  @Test
  void allMalformedCallsOnOneConnection_leaveItInOrder() throws IOException {
    try (var client = RawHttp2.connect(port)) {
      for (MalformedCall call : MalformedCall.all()) {
        var answer = call.make(client);
        assertEquals(Optional.of(call.code()), answer.code(), call + ": " + answer);
      }
      assertGoesOn(client);
    }
  }
}
