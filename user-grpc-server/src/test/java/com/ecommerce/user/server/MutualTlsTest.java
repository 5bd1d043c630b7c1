package com.ecommerce.user.server;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.cli.CommandRun;
import com.ecommerce.user.server.testing.TestAuthority;
import com.ecommerce.user.server.testing.TestAuthority.Identity;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.google.protobuf.Empty;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class MutualTlsTest {
  private static final String CARTS = "spiffe://shop.example/carts";

  private TestDatabase database;
  private Path directory;
  private TlsTestServer server;
  private Identity orders;
  private Identity unlisted;
  private Identity stranger;

  @BeforeAll
  void start(TestDatabase ownDatabase, @TempDir Path ownDirectory) throws IOException {
    directory = ownDirectory;
    database = ownDatabase;
    server = start(Map.of());
    orders = server.clientAuthority().issue("CN=orders");
    unlisted = server.clientAuthority().issue("CN=reports");
    stranger = new TestAuthority("Clients").issue("CN=orders");
  }

  private TlsTestServer start(Map<String, String> more) throws IOException {
    var settings =
        new HashMap<>(
            Map.of(
                "AUTH_MODE", "required",
                "TLS_CLIENT_CA_FILE", "of the fixture",
                "TLS_SERVICE_NAMES", "orders, " + CARTS));
    settings.putAll(more);
    return new TlsTestServer(database, Files.createTempDirectory(directory, "server"), settings);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static UserServiceBlockingStub users(ManagedChannel channel) {
    return UserServiceGrpc.newBlockingStub(channel);
  }

  private static void assertNoConnection(ManagedChannel channel) {
    var refused =
        assertThrows(
            StatusRuntimeException.class,
            () -> users(channel).healthCheck(Empty.getDefaultInstance()));
    assertEquals(Code.UNAVAILABLE, refused.getStatus().getCode());
  }

  private static HttpResponse<String> get(
      TlsTestServer server, SSLContext context, String path, String... headers)
      throws IOException, InterruptedException {
    var request = server.get(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return TlsTestServer.http(context).send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void grpc_refusesClientsWithoutACertificateOfTheAuthority() {
    assertNoConnection(server.channel());
    assertNoConnection(server.channel(stranger));
    users(server.channel(unlisted)).healthCheck(Empty.getDefaultInstance());
  }

  @Test
  void rest_refusesClientsWithoutACertificateOfTheAuthority() throws Exception {
    var trust = server.authority();
    for (SSLContext context : List.of(trust.trusting(), trust.trusting(stranger))) {
      assertThrows(IOException.class, () -> get(server, context, "/api/health"));
    }
    assertEquals(200, get(server, trust.trusting(unlisted), "/api/health").statusCode());
  }

  @Test
  void grpc_listedNameCallsAsAService() {
    var request = CreateUserRequest.newBuilder().setEmail("a@example.com");
    var created =
        users(server.channel(orders))
            .createUser(request.setPassword(TestUsers.PASSWORD).build())
            .getUser();
    assertEquals("service:orders", created.getAudit().getCreatedBy());
    assertTrue(
        users(server.channel(orders))
                .listUsers(ListUsersRequest.getDefaultInstance())
                .getUsersCount()
            > 0);

    var carts =
        server
            .clientAuthority()
            .issue("O=Shop", new GeneralName(GeneralName.uniformResourceIdentifier, CARTS));
    users(server.channel(carts)).listUsers(ListUsersRequest.getDefaultInstance());
  }

  @Test
  void grpc_otherNamesHaveNoRights() {
    assertFails(
        Code.UNAUTHENTICATED,
        "CREDENTIALS_MISSING",
        () -> users(server.channel(unlisted)).listUsers(ListUsersRequest.getDefaultInstance()));
  }

  @Test
  void grpc_tokenWinsOverTheCertificate() {
    assertFails(
        Code.UNAUTHENTICATED,
        "CREDENTIALS_INVALID",
        () ->
            TestService.with("no-token", users(server.channel(orders)))
                .listUsers(ListUsersRequest.getDefaultInstance()));
  }

  @Test
  void rest_listedNameCallsAsAServiceUnlessATokenSaysOtherwise() throws Exception {
    var context = server.authority().trusting(orders);

    assertEquals(200, get(server, context, "/api/users").statusCode());
    var refused = get(server, context, "/api/users", "Authorization", "Bearer no-token");
    assertEquals(401, refused.statusCode());
    assertTrue(refused.body().contains("CREDENTIALS_INVALID"), refused.body());
    var other = get(server, server.authority().trusting(unlisted), "/api/users");
    assertEquals(401, other.statusCode());
    assertTrue(other.body().contains("CREDENTIALS_MISSING"), other.body());
  }

  @Test
  void rest_pageInABrowserWithTheCertificateNeedsAToken() throws Exception {
    var answer =
        get(
            server,
            server.authority().trusting(orders),
            "/api/users",
            "Origin",
            "https://evil.example");
    assertEquals(401, answer.statusCode());
    assertTrue(answer.body().contains("CREDENTIALS_MISSING"), answer.body());
  }

  /** Each connection resumes the session of the previous one, so that TLS does not refuse it. */
  @Test
  void rest_serviceWhoseCertificateExpiresIsNoneAnyMore() throws Exception {
    var orders = server.clientAuthority().issue("CN=orders", Duration.ofSeconds(10));
    var context = server.authority().trusting(orders);

    assertEquals(200, get(server, context, "/api/users").statusCode());
    Await.until(() -> get(server, context, "/api/users").statusCode() == 401);
  }

  @Test
  void rest_mayBeOpenToBrowsers() throws Exception {
    try (var half = start(Map.of("TLS_CLIENT_AUTH", "grpc"))) {
      var trust = half.authority();
      assertNoConnection(half.channel());
      assertEquals(200, get(half, trust.trusting(), "/api/health").statusCode());
      assertEquals(401, get(half, trust.trusting(), "/api/users").statusCode());
      var own = half.clientAuthority().issue("CN=orders");
      assertEquals(200, get(half, trust.trusting(own), "/api/users").statusCode());
    }
  }

  @Test
  void certificates_mayBeOptionalButNeverForged() throws Exception {
    try (var open = start(Map.of("TLS_CLIENT_AUTH", "optional"))) {
      users(open.channel()).healthCheck(Empty.getDefaultInstance());
      assertEquals(200, get(open, open.authority().trusting(), "/api/health").statusCode());
      var own = open.clientAuthority().issue("CN=orders");
      users(open.channel(own)).listUsers(ListUsersRequest.getDefaultInstance());
    }
  }

  /**
   * The health check presents the server's own certificate, which is from another authority than
   * those of clients.
   */
  @Test
  void healthcheck_isLetIn() {
    var command = new CommandRun(server.environment());
    int status = command.run("", "healthcheck", "--port", Integer.toString(server.grpcPort()));
    assertEquals(List.of("SERVING"), command.output());
    assertEquals(0, status);
  }
}
