package com.ecommerce.user.bench.server;

import com.ecommerce.user.bench.load.BenchUsers;
import com.ecommerce.user.server.log.LogFormat;
import com.ecommerce.user.server.log.LogLevel;
import com.ecommerce.user.server.log.LogSetup;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.GetUserResponse;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The limit {@code echo}: a server that answers every call with the same user from memory, on the
 * event loop.
 */
public final class EchoServer extends UserServiceGrpc.UserServiceImplBase {
  public static final int ANSWERED = 0;

  private final GetUserResponse answer =
      GetUserResponse.newBuilder().setUser(BenchUsers.message(ANSWERED)).build();

  public static void main(String[] arguments) throws IOException, InterruptedException {
    LogSetup.apply(LogLevel.INFO, LogFormat.TEXT);
    var server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(new EchoServer())
            .build()
            .start();
    System.out.println("listening on port " + server.getPort());
    server.awaitTermination();
  }

  @Override
  public void getUser(GetUserRequest request, StreamObserver<GetUserResponse> observer) {
    observer.onNext(answer);
    observer.onCompleted();
  }
}
