package com.ecommerce.user.server;

import com.ecommerce.user.server.grpc.StatusMapper;
import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** Answers the calls of methods that no service has, so that this failure has details, too. */
final class UnknownMethods extends HandlerRegistry {
  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String methodName, String authority) {
    var method =
        MethodDescriptor.newBuilder(new Unread(), new Unread())
            .setFullMethodName(methodName)
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .build();
    return ServerMethodDefinition.create(method, refusal(methodName));
  }

  private static ServerCallHandler<InputStream, InputStream> refusal(String methodName) {
    return (call, headers) -> {
      var failure =
          StatusMapper.withDetails(
              Status.UNIMPLEMENTED.withDescription("Method not found: " + methodName));
      call.close(failure.getStatus(), failure.getTrailers());
      return new ServerCall.Listener<>() {};
    };
  }

  /** Messages that nobody looks at. */
  private static final class Unread implements MethodDescriptor.Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      return new ByteArrayInputStream(new byte[0]);
    }
  }
}
