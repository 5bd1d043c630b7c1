package com.ecommerce.user.server;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;

/**
 * Answers the calls of methods that no service has, so that this failure has details and is
 * counted, too.
 */
final class UnknownMethods extends HandlerRegistry {
  private final List<ServerInterceptor> interceptors;

  /**
   * @param interceptors what these calls go through, the outermost first
   */
  UnknownMethods(List<ServerInterceptor> interceptors) {
    this.interceptors = List.copyOf(interceptors);
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String methodName, String authority) {
    var method =
        MethodDescriptor.newBuilder(new Unread(), new Unread())
            .setFullMethodName(methodName)
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .build();
    ServerCallHandler<InputStream, InputStream> handler = refusal(methodName);
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      handler = intercepted(interceptors.get(i), handler);
    }
    return ServerMethodDefinition.create(method, handler);
  }

  private static ServerCallHandler<InputStream, InputStream> intercepted(
      ServerInterceptor interceptor, ServerCallHandler<InputStream, InputStream> next) {
    return (call, headers) -> interceptor.interceptCall(call, headers, next);
  }

  private static ServerCallHandler<InputStream, InputStream> refusal(String methodName) {
    return (call, headers) -> {
      call.close(
          Status.UNIMPLEMENTED.withDescription("Method not found: " + methodName), new Metadata());
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
