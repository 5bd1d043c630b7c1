package com.ecommerce.user.bench;

import com.ecommerce.user.bench.server.Servers;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/** Makes the calls that prepare a measurement or check answers, and are not measured. */
final class Calls implements AutoCloseable {
  private static final int MAX_MESSAGE_SIZE = 8 << 20;

  private final ManagedChannel channel;

  Calls(Servers.Running server) {
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port())
            .usePlaintext()
            .maxInboundMessageSize(MAX_MESSAGE_SIZE)
            .build();
  }

  ManagedChannel channel() {
    return channel;
  }

  UserServiceBlockingStub users() {
    return UserServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
