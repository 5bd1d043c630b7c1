package com.ecommerce.user.server;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/** Asks the service on this machine how it is. */
final class HealthCheckCommand {
  private static final int TIMEOUT_SECONDS = 3;

  private HealthCheckCommand() {}

  static int run(Invocation invocation) {
    var settings = invocation.settings();
    String host =
        settings.bindAddress().filter(address -> !isWildcard(address)).orElse("localhost");
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(host, settings.port()).usePlaintext().build();
    try {
      var status =
          HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus();
      invocation.out().println(status);
      return status == ServingStatus.SERVING ? 0 : Main.FAILED;
    } catch (StatusRuntimeException failed) {
      throw new StartupException(
          "no answer on port " + settings.port() + ": " + failed.getStatus().getCode(), failed);
    } finally {
      channel.shutdownNow();
    }
  }

  private static boolean isWildcard(String address) {
    return address.equals("0.0.0.0") || address.equals("::");
  }
}
