package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.config.AccessSettings;
import com.ecommerce.user.server.config.AuthMode;
import com.ecommerce.user.server.config.ConnectionSettings;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.LoginRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the client network of calls, on a real port. */
@ExtendWith(PostgresExtension.class)
class ForwardedForTest {
  @Test
  void forwardedFor_isBelievedFromTrustedProxiesAlone(TestDatabase database) throws Exception {
    try (var core = TestCore.on(database)) {
      core.core().users().create(RequestContext.system(), TestUsers.aUser("ada@example.com"));

      assertEquals("127.0.0.1/32", networkSeen(core, "", "198.51.100.7"));
      assertEquals("198.51.100.7/32", networkSeen(core, "127.0.0.0/8", "198.51.100.7"));
      assertEquals("198.51.100.7/32", networkSeen(core, "127.0.0.1", "8.8.8.8, 198.51.100.7"));
      assertEquals("127.0.0.1/32", networkSeen(core, "10.0.0.0/8", "198.51.100.7"));
      assertEquals("127.0.0.1/32", networkSeen(core, "127.0.0.0/8", "unknown"));
    }
  }

  @Test
  void forwardedFor_ofAPeerThatIsNotTrusted_isToldOnceWithoutItsText(TestDatabase database)
      throws Exception {
    var noProxies = TrustedProxies.parse("");
    try (var core = TestCore.on(database);
        var log = new CapturedLog()) {
      core.core().users().create(RequestContext.system(), TestUsers.aUser("grace@example.com"));
      noProxies.client(InetAddress.getByName("10.1.2.3"), List.of());
      assertEquals(List.of(), warnings(log));

      assertEquals("127.0.0.1/32", networkSeen(core, noProxies, "grace", "qvnrwxk"));
      assertEquals("127.0.0.1/32", networkSeen(core, noProxies, "grace", "qvnrwxk"));

      var warnings = warnings(log);
      assertEquals(1, warnings.size(), warnings.toString());
      assertTrue(warnings.get(0).contains("127.0.0.0/24"), warnings.get(0));
      assertTrue(warnings.get(0).contains("TRUSTED_PROXIES"), warnings.get(0));
      assertFalse(warnings.get(0).contains("qvnrwxk"));
    }
  }

  @Test
  void forwardedProto_ofAPeerThatIsNotTrusted_isToldOnce() throws Exception {
    var noProxies = TrustedProxies.parse("");
    var peer = InetAddress.getByName("10.1.2.3");
    try (var log = new CapturedLog()) {
      assertFalse(noProxies.isHttps(peer, "http"));
      assertEquals(List.of(), warnings(log));

      assertFalse(noProxies.isHttps(peer, "https"));
      assertFalse(noProxies.isHttps(peer, "https"));

      var warnings = warnings(log);
      assertEquals(1, warnings.size(), warnings.toString());
      assertTrue(warnings.get(0).contains("10.1.2.0/24"), warnings.get(0));
      assertTrue(warnings.get(0).contains("PUBLIC_BASE_URL"), warnings.get(0));
    }
  }

  private static List<String> warnings(CapturedLog log) {
    return log.events().stream()
        .filter(event -> event.getLoggerName().equals(TrustedProxies.class.getName()))
        .map(event -> event.getFormattedMessage())
        .toList();
  }

  private static String networkSeen(TestCore core, String proxies, String forwardedFor)
      throws Exception {
    return networkSeen(core, TrustedProxies.parse(proxies), "ada", forwardedFor);
  }

  private static String networkSeen(
      TestCore core, TrustedProxies proxies, String user, String forwardedFor) throws Exception {
    var access = new AccessSettings(AuthMode.OFF, TokenSettings.DEFAULT, proxies);
    var workers = new WorkerPool(2, 2, System::nanoTime);
    try (var services =
            new GrpcServices(
                core.core(),
                workers,
                core.clock(),
                new SecureRandom(),
                access,
                CallListeners.NONE);
        var loops = new EventLoops();
        var endpoint =
            new GrpcEndpoint(
                Optional.of("127.0.0.1"),
                0,
                Optional.empty(),
                services,
                loops.group(),
                new ConnectionSettings(Duration.ZERO, Duration.ofSeconds(5), Optional.empty()))) {
      endpoint.start();
      return login(endpoint.port(), user, forwardedFor);
    } finally {
      workers.close();
    }
  }

  private static String login(int port, String user, String forwardedFor) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    var headers = new Metadata();
    headers.put(Metadata.Key.of("x-forwarded-for", Metadata.ASCII_STRING_MARSHALLER), forwardedFor);
    var request =
        LoginRequest.newBuilder()
            .setEmail(user + "@example.com")
            .setPassword(TestUsers.PASSWORD)
            .build();
    try {
      return AuthServiceGrpc.newBlockingStub(channel)
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
          .login(request)
          .getSession()
          .getClientNetwork();
    } finally {
      channel.shutdownNow();
    }
  }
}
