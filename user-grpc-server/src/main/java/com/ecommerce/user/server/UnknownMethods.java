package com.ecommerce.user.server;

import com.ecommerce.user.server.grpc.UnknownMethod;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.InputStream;
import java.util.List;

/** Answers calls of unknown methods, so that these failures also have details and are counted. */
final class UnknownMethods extends HandlerRegistry {
  private final List<ServerInterceptor> interceptors;

  /**
   * @param interceptors the interceptors of these calls, the outermost first
   */
  UnknownMethods(List<ServerInterceptor> interceptors) {
    this.interceptors = List.copyOf(interceptors);
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String methodName, String authority) {
    var method = UnknownMethod.named(methodName);
    ServerCallHandler<InputStream, InputStream> handler = UnknownMethods::refuse;
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      handler = intercepted(interceptors.get(i), handler);
    }
    return ServerMethodDefinition.create(method, handler);
  }

  private static ServerCallHandler<InputStream, InputStream> intercepted(
      ServerInterceptor interceptor, ServerCallHandler<InputStream, InputStream> next) {
    return (call, headers) -> interceptor.interceptCall(call, headers, next);
  }

  /**
   * Refuses a call. The message does not contain the name, which the client chose and which may
   * have any length.
   */
  private static ServerCall.Listener<InputStream> refuse(
      ServerCall<InputStream, InputStream> call, Metadata headers) {
    call.close(
        Status.UNIMPLEMENTED.withDescription(
            "no such method (expected: one that server reflection lists)"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
