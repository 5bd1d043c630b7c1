package com.ecommerce.user.server.intercept;

import com.ecommerce.user.server.grpc.StatusMapper;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tracks the streams that last until their client disconnects, so that a server can end them when
 * it stops. Must be installed within the {@link ErrorInterceptor}. Thread-safe.
 */
public final class OpenStreams implements ServerInterceptor {
  private final Set<ServerCall<?, ?>> open = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    open.add(call);
    var listener = next.startCall(call, headers);
    if (ended) {
      end(call);
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onCancel() {
        open.remove(call);
        super.onCancel();
      }

      @Override
      public void onComplete() {
        open.remove(call);
        super.onComplete();
      }
    };
  }

  /** Returns the same for a service whose other methods end by themselves. */
  public ServerInterceptor ofStreamingMethods() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return call.getMethodDescriptor().getType() == MethodType.UNARY
            ? next.startCall(call, headers)
            : OpenStreams.this.interceptCall(call, headers, next);
      }
    };
  }

  /** Ends every stream, and from now on each new one, with UNAVAILABLE. */
  public void endAll() {
    ended = true;
    open.forEach(OpenStreams::end);
  }

  private static void end(ServerCall<?, ?> call) {
    call.close(Status.UNKNOWN.withCause(StatusMapper.shuttingDown()), new Metadata());
  }
}
