package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.server.grpc.CallContext;
import com.ecommerce.user.server.grpc.MethodRights;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Refuses callers without the right: before the message is read where nothing in it could give it,
 * or else as soon as it is there. Stands within the {@link AuthInterceptor}, which says who calls.
 */
public final class RightsInterceptor implements ServerInterceptor {
  private final MethodRights rights;

  public RightsInterceptor(MethodRights rights) {
    this.rights = rights;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var right = rights.of(call.getMethodDescriptor());
    var caller = CallContext.CALLER.get();
    right.requireKnown(caller);
    return new Guarded<>(next.startCall(call, headers), right, caller);
  }

  private static final class Guarded<Q> extends SimpleForwardingServerCallListener<Q> {
    private final MethodRights.Right<Q> right;
    private final Caller caller;

    Guarded(ServerCall.Listener<Q> listener, MethodRights.Right<Q> right, Caller caller) {
      super(listener);
      this.right = right;
      this.caller = caller;
    }

    @Override
    public void onMessage(Q message) {
      right.require(caller, message);
      super.onMessage(message);
    }
  }
}
