package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.limit.LimitedMethod;
import com.ecommerce.user.core.request.LogContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.server.grpc.CallContext;
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
import java.util.Set;

/**
 * Runs the handlers of unary calls on the bounded pool of workers, except for methods that never
 * block: those stay on the event loop, since a hop between threads costs more than they do. The
 * workers may refuse a call. This is the innermost interceptor.
 */
public final class OffloadInterceptor implements ServerInterceptor {
  private final Workers workers;
  private final Map<String, RequestKind> blockingMethods = new HashMap<>();

  /**
   * @param methods all methods of the server
   * @param nonBlockingMethods their full names, such as {@code user.v1.UserService/GetUser}
   */
  public OffloadInterceptor(
      Workers workers,
      Collection<? extends MethodDescriptor<?, ?>> methods,
      Set<String> nonBlockingMethods) {
    this.workers = workers;
    for (var method : methods) {
      if (!nonBlockingMethods.contains(method.getFullMethodName())) {
        blockingMethods.put(method.getFullMethodName(), kind(method));
      }
    }
  }

  private static RequestKind kind(MethodDescriptor<?, ?> method) {
    return LimitedMethod.titled(method.getBareMethodName())
        .map(LimitedMethod::kind)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    method.getFullMethodName() + " is not in the table of methods"));
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
          // Thrown on a worker it would be lost; the error interceptor turns it into a status.
          call.close(Status.UNKNOWN.withCause(failure), new Metadata());
        }
      }
    };
  }
}
