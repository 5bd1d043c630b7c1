package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.request.LogContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.server.grpc.CallContext;
import com.ecommerce.user.server.grpc.MethodRights;
import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs the handlers of methods that may block on the bounded pool of workers. The others stay on
 * the event loop, since changing threads would cost more than they do, or since they change threads
 * themselves. The workers may refuse a call. This is the innermost interceptor.
 */
public final class OffloadInterceptor implements ServerInterceptor {
  private final Workers workers;
  private final Map<String, RequestKind> blockingMethods = new HashMap<>();

  /**
   * @param methods all methods of the server
   * @param rights their operations
   */
  public OffloadInterceptor(
      Workers workers, Collection<? extends MethodDescriptor<?, ?>> methods, MethodRights rights) {
    this.workers = workers;
    for (var method : methods) {
      var operation = rights.of(method).operation();
      if (operation.needsWorker()) {
        blockingMethods.put(method.getFullMethodName(), operation.kind());
      }
    }
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var listener = next.startCall(call, headers);
    var kind = blockingMethods.get(call.getMethodDescriptor().getFullMethodName());
    if (kind == null) {
      return listener;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onHalfClose() {
        var context = Context.current();
        var log = AccessLog.CURRENT.get().context();
        workers.begin(
            CallContext.CALL.get(context),
            kind,
            new Workers.Task() {
              @Override
              public void run() {
                context.run(() -> handle(log));
              }

              @Override
              public void refuse(Throwable reason) {
                call.close(Status.UNKNOWN.withCause(reason), new Metadata());
              }
            });
      }

      private void handle(LogContext log) {
        try (var attached = log.attach()) {
          super.onHalfClose();
        } catch (RuntimeException | Error failure) {
          // An exception on a worker would be lost. The error interceptor turns it into a status.
          call.close(Status.UNKNOWN.withCause(failure), new Metadata());
        }
      }
    };
  }
}
