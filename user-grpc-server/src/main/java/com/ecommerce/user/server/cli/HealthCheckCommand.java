package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.config.Setting;
import com.ecommerce.user.server.config.SettingReader;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.config.TlsSettings;
import com.ecommerce.user.server.tls.HealthCheckTls;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/** Asks the service on this machine for its health. */
final class HealthCheckCommand {
  private static final int TIMEOUT_SECONDS = 3;

  private HealthCheckCommand() {}

  /**
   * Prints the status.
   *
   * @throws StartupException if the status is not SERVING, or if there is no answer
   */
  static void run(SettingReader reader, CommandOutput output) {
    int port = reader.integer(Setting.GRPC_PORT);
    var address = reader.text(Setting.BIND_ADDRESS);
    var tls = TlsSettings.readFiles(reader);
    reader.throwIfAnyProblem();
    String host = address.filter(chosen -> !isWildcard(chosen)).orElse("localhost");
    var builder = NettyChannelBuilder.forAddress(host, port);
    tls.ifPresentOrElse(
        files -> builder.sslContext(HealthCheckTls.context(files)), builder::usePlaintext);
    var channel = builder.build();
    try {
      var status = check(channel);
      output.print(status.toString());
      if (status != ServingStatus.SERVING) {
        throw new StartupException("the service on port " + port + " is " + status);
      }
    } catch (StatusRuntimeException failed) {
      throw new StartupException(
          "no answer on port " + port + ": " + failed.getStatus().getCode(), failed);
    } finally {
      channel.shutdownNow();
    }
  }

  private static ServingStatus check(ManagedChannel channel) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  private static boolean isWildcard(String address) {
    return address.equals("0.0.0.0") || address.equals("::");
  }
}
