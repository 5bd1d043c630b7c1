package com.ecommerce.user.server;

import static com.ecommerce.user.server.testing.OtlpReceiver.attributes;
import static com.ecommerce.user.server.testing.OtlpReceiver.parentId;
import static com.ecommerce.user.server.testing.OtlpReceiver.spanId;
import static com.ecommerce.user.server.testing.OtlpReceiver.traceId;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.config.BuildInfo;
import com.ecommerce.user.server.testing.OtlpReceiver;
import com.ecommerce.user.server.testing.ServerProcess;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the traces of the runnable jar, as an OTLP receiver gets them. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class TracingIT {
  /** The beginning of an email; not hexadecimal, so that it is in no id by chance. */
  private static final String NAME = "mrs-";

  private static final String CALLER = "00f067aa0ba902b7";
  private static final Metadata.Key<String> TRACE_RESPONSE =
      Metadata.Key.of("traceresponse", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir private static Path directory;
  private static OtlpReceiver receiver;
  private static ServerProcess server;
  private static UserServiceBlockingStub users;
  private static String rest;

  /** The id of a trace that only this test uses. */
  private final String trace = UUID.randomUUID().toString().replace("-", "");

  private final String traceParent = "00-" + trace + "-" + CALLER + "-01";
  private final String email = NAME + trace + "@example.com";
  private UserServiceBlockingStub traced;

  @BeforeAll
  static void start(TestDatabase database) throws Exception {
    receiver = OtlpReceiver.start();
    var environment =
        Map.of(
            "DATABASE_URL", database.jdbcUrl(),
            "BIND_ADDRESS", "127.0.0.1",
            "GRPC_PORT", "0",
            "OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint(),
            "LOG_FORMAT", "json",
            "LOG_LEVEL", "DEBUG",
            // Spans are sent as soon as they end.
            "OTEL_BSP_SCHEDULE_DELAY", "20");
    server = ServerProcess.start(directory, environment);
    users = server.awaitUsers();
    rest = "http://localhost:" + server.awaitLine("REST API .*").replaceFirst(".* ", "");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    receiver.close();
    assertEquals(List.of(), receiver.problems());
  }

  @BeforeEach
  void trace() {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), traceParent);
    traced = users.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** Checks that no test has sent personal data. */
  @AfterEach
  void searchEverything() {
    String everything = receiver.everything();
    assertFalse(everything.isEmpty());
    for (String personal :
        List.of(NAME, "ada@", "Lovelace", TestUsers.PASSWORD, "secret-of-a-link", "127.0.0.1")) {
      assertFalse(everything.contains(personal), personal);
    }
  }

  private Span await(String name) throws Exception {
    return receiver.await(trace, name);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            request.timeout(Duration.ofSeconds(30)).header("traceparent", traceParent).build(),
            BodyHandlers.ofString());
  }

  @Test
  void grpcCall_isAServerSpanOfTheCallersTrace() throws Exception {
    var headers = new AtomicReference<Metadata>();
    ClientInterceptor capture =
        MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>());
    traced.withInterceptors(capture).createUser(TestService.aRequest(email).build());

    var call = await("user.v1.UserService/CreateUser");

    assertEquals(SpanKind.SPAN_KIND_SERVER, call.getKind());
    assertEquals(CALLER, parentId(call));
    assertEquals(
        Map.of(
            "rpc.system.name", "grpc",
            "rpc.method", "user.v1.UserService/CreateUser",
            "rpc.response.status_code", "OK"),
        attributes(call));
    assertEquals(StatusCode.STATUS_CODE_UNSET, call.getStatus().getCode());
    assertEquals("00-" + trace + "-" + spanId(call) + "-01", headers.get().get(TRACE_RESPONSE));
    assertEquals(spanId(call), parentId(await("hash password")));
    assertEquals("user-service", receiver.resource().get("service.name"));
    assertEquals(BuildInfo.version(), receiver.resource().get("service.version"));
  }

  @Test
  void statements_areChildrenWithPlaceholders(TestDatabase database) throws Exception {
    var ada = traced.createUser(TestService.aRequest(email).build()).getUser();
    traced.getUser(GetUserRequest.newBuilder().setUserId(ada.getId()).build());
    var call = await("user.v1.UserService/GetUser");
    var query =
        receiver.await(
            span ->
                parentId(span).equals(spanId(call))
                    && attributes(span).containsKey("db.query.text"));

    String name = database.jdbcUrl().replaceFirst("\\?.*", "").replaceFirst(".*/", "");
    assertEquals(SpanKind.SPAN_KIND_CLIENT, query.getKind());
    assertEquals("SELECT " + name, query.getName());
    var attributes = attributes(query);
    assertEquals("postgresql", attributes.get("db.system.name"));
    assertEquals(name, attributes.get("db.namespace"));
    assertEquals("SELECT", attributes.get("db.operation.name"));
    assertEquals("UserDao.findAll", attributes.get("code.function.name"));
    assertTrue(
        attributes
            .get("db.query.text")
            .matches("(?s)select .* = any \\(\\(select :ids\\)::uuid\\[]\\)"),
        attributes.toString());
    assertTrue(query.getStartTimeUnixNano() <= query.getEndTimeUnixNano());
  }

  @Test
  void restRequest_isAServerSpanOfTheCallersTrace() throws Exception {
    var body = "{\"email\":\"" + email + "\",\"password\":\"" + TestUsers.PASSWORD + "\"}";
    var answer =
        send(
            HttpRequest.newBuilder(URI.create(rest + "/api/auth/register"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));

    assertEquals(201, answer.statusCode(), answer.body());
    var request = await("POST /api/auth/register");
    assertEquals(SpanKind.SPAN_KIND_SERVER, request.getKind());
    assertEquals(CALLER, parentId(request));
    assertEquals(
        Map.of(
            "http.request.method", "POST",
            "http.route", "/api/auth/register",
            "http.response.status_code", "201",
            "url.path", "/api/auth/register",
            "url.scheme", "http"),
        attributes(request));
    assertEquals(
        "00-" + trace + "-" + spanId(request) + "-01",
        answer.headers().firstValue("traceresponse").orElseThrow());
    receiver.await(
        span ->
            parentId(span).equals(spanId(request))
                && "UserCreations.create".equals(attributes(span).get("code.function.name"))
                && attributes(span).get("db.query.text").contains("insert into users "));
  }

  @Test
  void whatClientsPutIntoPathsAndQueries_isInNoSpan() throws Exception {
    for (String path :
        List.of(
            "/verify-email?token=secret-of-a-link",
            "/api/users/ada@example.com",
            "/api/no/such/path/ada@example.com",
            "/api/users/by-email?email=ada@example.com")) {
      send(HttpRequest.newBuilder(URI.create(rest + path)));
    }

    await("GET /verify-email");
    var byId = await("GET /api/users/{user_id}");
    assertEquals("/api/users/{user_id}", attributes(byId).get("url.path"));
    assertEquals("401", attributes(byId).get("http.response.status_code"));
    assertEquals(StatusCode.STATUS_CODE_UNSET, byId.getStatus().getCode());
    await("GET /api/users/by-email");
    assertEquals("404", attributes(await("GET")).get("http.response.status_code"));
  }

  @Test
  void linesOfTheLog_carryTheTrace() throws Exception {
    traced.createUser(TestService.aRequest(email).build());
    send(HttpRequest.newBuilder(URI.create(rest + "/api/health")));

    Await.until(() -> lines("user.v1.UserService/CreateUser") == 1);
    Await.until(() -> lines("GET /api/health") == 1);
  }

  private long lines(String method) {
    return server.errors().stream()
        .filter(line -> line.contains("\"method\":\"" + method + "\""))
        .filter(line -> line.contains("\"trace_id\":\"" + trace + "\""))
        .count();
  }

  @Test
  void mail_isATraceOfItsOwnThatLinksToTheCall() throws Exception {
    traced.createUser(TestService.aRequest(email).build());
    var call = await("user.v1.UserService/CreateUser");

    var mail =
        receiver.await(
            span ->
                span.getName().equals("process mail_outbox")
                    && span.getLinksList().stream()
                        .anyMatch(link -> link.getTraceId().equals(call.getTraceId())));

    assertEquals(SpanKind.SPAN_KIND_CONSUMER, mail.getKind());
    assertEquals("", parentId(mail));
    assertEquals(1, mail.getLinksCount());
    assertEquals(call.getSpanId(), mail.getLinks(0).getSpanId());
    assertEquals("VERIFY_EMAIL", attributes(mail).get("user_service.mail.kind"));
    assertEquals("1", attributes(mail).get("user_service.mail.attempt"));
    assertEquals(spanId(mail), parentId(receiver.await(traceId(mail), "send mail")));
  }

  @Test
  void failures_areErrorsWhenTheyAreTheServers(TestDatabase database) throws Exception {
    var nobody = GetUserByEmailRequest.newBuilder().setEmail(email).build();
    var notFound = assertThrows(StatusRuntimeException.class, () -> traced.getUserByEmail(nobody));
    try (var connection = DriverManager.getConnection(database.jdbcUrl());
        var statement = connection.createStatement()) {
      statement.execute("alter table users rename to hidden");
      var broken = GetUserRequest.newBuilder().setUserId("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e");
      assertThrows(StatusRuntimeException.class, () -> traced.getUser(broken.build()));
      statement.execute("alter table hidden rename to users");
    }

    var clients = await("user.v1.UserService/GetUserByEmail");
    assertEquals("NOT_FOUND", attributes(clients).get("rpc.response.status_code"));
    assertEquals(StatusCode.STATUS_CODE_UNSET, clients.getStatus().getCode());
    assertTrue(notFound.getTrailers().get(TRACE_RESPONSE).contains(spanId(clients)));
    var servers = await("user.v1.UserService/GetUser");
    assertEquals("INTERNAL", attributes(servers).get("rpc.response.status_code"));
    assertEquals("INTERNAL", attributes(servers).get("error.type"));
    assertEquals(StatusCode.STATUS_CODE_ERROR, servers.getStatus().getCode());
    var query = receiver.await(span -> parentId(span).equals(spanId(servers)));
    assertEquals("42P01", attributes(query).get("db.response.status_code"));
    assertEquals(StatusCode.STATUS_CODE_ERROR, query.getStatus().getCode());
    assertEquals(0, query.getEventsCount());
  }
}
