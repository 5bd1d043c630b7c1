package com.ecommerce.user.server;

import com.ecommerce.user.server.intercept.CallMeter;
import io.grpc.ServerInterceptor;
import java.util.Optional;

/**
 * The observers of gRPC calls.
 *
 * @param tracing goes outside of all else; empty: no traces
 * @param meter is told of every call that ends
 */
record CallListeners(Optional<ServerInterceptor> tracing, CallMeter meter) {
  /** Nobody. */
  static final CallListeners NONE = new CallListeners(Optional.empty(), CallMeter.NONE);
}
