package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.call.Actor;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.server.grpc.CallContext;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/** Tells the handlers who calls, from where, and for how long. */
public final class CallInterceptor implements ServerInterceptor {
  private final Executor cancellations;

  /**
   * @param cancellations runs what stops the work of cancelled calls, which may block briefly
   */
  public CallInterceptor(Executor cancellations) {
    this.cancellations = cancellations;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var context = Context.current();
    var known =
        new Call(
            Actor.SYSTEM, clientNetwork(call), new ContextCancellation(context, cancellations));
    return Contexts.interceptCall(context.withValue(CallContext.CALL, known), call, headers, next);
  }

  private static String clientNetwork(ServerCall<?, ?> call) {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
            instanceof InetSocketAddress peer
        ? ClientNetwork.of(peer.getAddress())
        : ClientNetwork.LOCAL;
  }
}
