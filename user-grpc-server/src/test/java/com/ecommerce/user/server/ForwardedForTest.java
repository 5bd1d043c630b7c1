package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.call.TrustedProxies;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.LoginRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where calls come from, on a real port. */
@ExtendWith(PostgresExtension.class)
class ForwardedForTest {
  @Test
  void forwardedFor_isBelievedFromTrustedProxiesAlone(TestDatabase database) throws Exception {
    try (var core = TestCore.on(database)) {
      core.core().users().create(Call.system(), TestUsers.aUser("ada@example.com"));

      assertEquals("127.0.0.1/32", networkSeen(core, "", "198.51.100.7"));
      assertEquals("198.51.100.7/32", networkSeen(core, "127.0.0.0/8", "198.51.100.7"));
      assertEquals("198.51.100.7/32", networkSeen(core, "127.0.0.1", "8.8.8.8, 198.51.100.7"));
      assertEquals("127.0.0.1/32", networkSeen(core, "10.0.0.0/8", "198.51.100.7"));
      assertEquals("127.0.0.1/32", networkSeen(core, "127.0.0.0/8", "unknown"));
    }
  }

  private static String networkSeen(TestCore core, String proxies, String forwardedFor)
      throws Exception {
    var access =
        new AccessSettings(AuthMode.OFF, TokenSettings.DEFAULT, TrustedProxies.parse(proxies));
    var workers = Threads.workers(2);
    try (var services =
            new GrpcServices(
                core.core(), workers, core.clock(), new SecureRandom(), access, CallWatchers.NONE);
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
      return login(endpoint.port(), forwardedFor);
    } finally {
      workers.shutdown();
    }
  }

  private static String login(int port, String forwardedFor) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    var headers = new Metadata();
    headers.put(Metadata.Key.of("x-forwarded-for", Metadata.ASCII_STRING_MARSHALLER), forwardedFor);
    var request =
        LoginRequest.newBuilder()
            .setEmail("ada@example.com")
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
