package com.ecommerce.user.server.intercept;

import com.ecommerce.user.server.grpc.StatusMapper;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Refuses calls that do not have exactly one message, if their method takes one. A handler is
 * therefore half-closed only after its message, never if the client sent none or an outer
 * interceptor refused it. Must be installed within the {@link ErrorInterceptor}.
 */
public final class OneMessageInterceptor implements ServerInterceptor {
  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var listener = next.startCall(call, headers);
    return call.getMethodDescriptor().getType().clientSendsOneMessage()
        ? new OneMessage<>(listener)
        : listener;
  }

  private static final class OneMessage<Q> extends SimpleForwardingServerCallListener<Q> {
    private int messages;

    OneMessage(ServerCall.Listener<Q> listener) {
      super(listener);
    }

    @Override
    public void onMessage(Q message) {
      messages++;
      if (messages > 1) {
        throw StatusMapper.notOneMessage(messages);
      }
      super.onMessage(message);
    }

    @Override
    public void onHalfClose() {
      if (messages != 1) {
        throw StatusMapper.notOneMessage(messages);
      }
      super.onHalfClose();
    }
  }
}
