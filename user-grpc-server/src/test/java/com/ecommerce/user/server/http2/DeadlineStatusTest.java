package com.ecommerce.user.server.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.ecommerce.user.server.intercept.AccessLogInterceptor;
import com.ecommerce.user.server.intercept.CallMeter;
import com.ecommerce.user.server.intercept.ErrorInterceptor;
import com.ecommerce.user.server.testing.Failure;
import com.google.protobuf.Empty;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the status of calls whose deadline the server notices first. */
@Timeout(60)
class DeadlineStatusTest {
  private static final MethodDescriptor<Empty, Empty> METHOD =
      MethodDescriptor.<Empty, Empty>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Service/Method")
          .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .build();

  /** The status with which the handler closes the call when it is too late. */
  private Status answer;

  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    var meter = CallMeter.NONE;
    var guards = new CallGuards(new Random(), meter);
    var builder =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0)).directExecutor();
    guards.addTo(builder, InternalProtocolNegotiators.serverPlaintext());
    var service =
        ServerServiceDefinition.builder("test.Service")
            .addMethod(METHOD, (call, headers) -> answeringAtTheDeadline(call))
            .build();
    server =
        builder
            .addService(
                ServerInterceptors.interceptForward(
                    service,
                    List.of(
                        new AccessLogInterceptor(new Random(), System::nanoTime, meter),
                        new ErrorInterceptor())))
            .build()
            .start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  /**
   * Answers after gRPC has decided to reset the call's stream, and before it does so. This can
   * happen if a worker notices the deadline at the same moment.
   */
  private ServerCall.Listener<Empty> answeringAtTheDeadline(ServerCall<Empty, Empty> call) {
    call.request(1);
    return new ServerCall.Listener<>() {
      @Override
      public void onHalfClose() {
        Context.current()
            .addListener(
                expired -> {
                  if (answer.isOk()) {
                    call.sendHeaders(new Metadata());
                    call.sendMessage(Empty.getDefaultInstance());
                  }
                  call.close(answer, new Metadata());
                },
                Runnable::run);
      }
    };
  }

  /** Returns a channel that sends a deadline, and leaves its enforcement to the server. */
  private Channel patientClient() {
    var timeout = new Metadata();
    timeout.put(Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER), "20m");
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(timeout));
  }

  private void assertDeadlineExceeded() {
    var failure =
        Failure.of(
            () ->
                ClientCalls.blockingUnaryCall(
                    patientClient(), METHOD, CallOptions.DEFAULT, Empty.getDefaultInstance()));
    assertEquals(Code.DEADLINE_EXCEEDED, failure.code());
    assertNotEquals("", failure.callId());
  }

  @Test
  void deadline_thatPassesWhileTheHandlerFails_isTheStatus() {
    answer = Status.UNAVAILABLE;
    for (int i = 0; i < 10; i++) {
      assertDeadlineExceeded();
    }
  }

  @Test
  void deadline_thatPassesWhileTheHandlerSucceeds_isTheStatus() {
    answer = Status.OK;
    for (int i = 0; i < 10; i++) {
      assertDeadlineExceeded();
    }
  }
}
