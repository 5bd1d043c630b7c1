package com.ecommerce.user.server;

import com.ecommerce.user.server.intercept.CallMeter;
import io.grpc.ServerInterceptor;
import java.util.Optional;

/**
 * The listeners for gRPC calls.
 *
 * @param tracing the outermost interceptor; empty for no traces
 * @param meter counts every call that ends
 */
record CallListeners(Optional<ServerInterceptor> tracing, CallMeter meter) {
  /** No observers. */
  static final CallListeners NONE = new CallListeners(Optional.empty(), CallMeter.NONE);
}
