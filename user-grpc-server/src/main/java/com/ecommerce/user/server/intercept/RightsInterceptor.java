package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.SecurityLog;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.server.grpc.CallContext;
import com.ecommerce.user.server.grpc.MethodRights;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Refuses callers without the right to a call: before the message is read if no message could
 * change that, otherwise as soon as it has been read. Must be installed within the {@link
 * AuthInterceptor}, which identifies the caller.
 */
public final class RightsInterceptor implements ServerInterceptor {
  private final MethodRights rights;
  private final SecurityLog security;

  /**
   * @param security records refusals
   */
  public RightsInterceptor(MethodRights rights, SecurityLog security) {
    this.rights = rights;
    this.security = security;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var right = rights.of(call.getMethodDescriptor());
    var caller = CallContext.CALLER.get();
    right.requireKnown(caller);
    return new Guarded<>(next.startCall(call, headers), call, right, caller);
  }

  private final class Guarded<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private final RequestContext known = CallContext.CALL.get();
    private final MethodRights.Right right;
    private final Caller caller;

    Guarded(
        ServerCall.Listener<Q> listener,
        ServerCall<Q, ?> call,
        MethodRights.Right right,
        Caller caller) {
      super(listener);
      this.call = call;
      this.right = right;
      this.caller = caller;
    }

    @Override
    public void onMessage(Q message) {
      try {
        right.require(caller, (Message) message);
      } catch (UserServiceException refused) {
        if (refused.reason() == ErrorReason.ACCESS_DENIED) {
          security.accessDenied(known, call.getMethodDescriptor().getFullMethodName());
        }
        throw refused;
      }
      super.onMessage(message);
    }
  }
}
