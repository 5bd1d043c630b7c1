package com.ecommerce.user.server;

import com.ecommerce.user.server.intercept.CallMeter;
import io.grpc.ServerInterceptor;
import java.util.Optional;

/**
 * Who hears of gRPC calls.
 *
 * @param meter is told of every call that ends
 * @param tracing goes outside of all else; empty: no traces
 */
record CallObservers(CallMeter meter, Optional<ServerInterceptor> tracing) {
  /** Nobody. */
  static final CallObservers NONE = new CallObservers(CallMeter.NONE, Optional.empty());
}
