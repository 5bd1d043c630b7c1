package com.ecommerce.user.server;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.AccessSettings;
import com.ecommerce.user.server.config.ConnectionSettings;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.Empty;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
@Timeout(60)
class ConnectionAgeTest {
  @Test
  void anOldConnection_isEndedBetweenCalls(TestDatabase database) throws Exception {
    var connections =
        new ConnectionSettings(
            Duration.ZERO, Duration.ofSeconds(5), Optional.of(Duration.ofSeconds(1)));
    var workers = new WorkerPool(2, 2, System::nanoTime);
    try (var core = TestCore.on(database);
        var services =
            new GrpcServices(
                core.core(),
                workers,
                core.clock(),
                new SecureRandom(),
                AccessSettings.DEFAULT,
                CallListeners.NONE);
        var loops = new EventLoops();
        var endpoint =
            new GrpcEndpoint(
                Optional.of("127.0.0.1"),
                0,
                Optional.empty(),
                services,
                loops.group(),
                connections)) {
      endpoint.start();
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", endpoint.port()).usePlaintext().build();
      var users = UserServiceGrpc.newBlockingStub(channel);
      users.healthCheck(Empty.getDefaultInstance());

      Await.until(() -> channel.getState(false) == ConnectivityState.IDLE);

      users.healthCheck(Empty.getDefaultInstance());
      channel.shutdownNow();
    } finally {
      workers.close();
    }
  }
}
