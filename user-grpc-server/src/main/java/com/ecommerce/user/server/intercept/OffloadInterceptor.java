package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.call.LogContext;
import com.ecommerce.user.server.grpc.StatusMapper;
import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs the handlers of unary calls on the bounded pool of workers, but for the methods that never
 * block: those stay on the event loop, since a hop between threads costs more than they do. When
 * all places are taken a call is refused at once. The innermost interceptor.
 */
public final class OffloadInterceptor implements ServerInterceptor {
  private final Executor workers;
  private final Set<String> nonBlockingMethods;

  /**
   * @param nonBlockingMethods full names, such as {@code user.v1.UserService/GetUser}
   */
  public OffloadInterceptor(Executor workers, Set<String> nonBlockingMethods) {
    this.workers = workers;
    this.nonBlockingMethods = nonBlockingMethods;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var listener = next.startCall(call, headers);
    if (nonBlockingMethods.contains(call.getMethodDescriptor().getFullMethodName())) {
      return listener;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onHalfClose() {
        var context = Context.current();
        var log = CallLog.CURRENT.get().context();
        try {
          workers.execute(context.wrap(() -> handle(log)));
        } catch (RejectedExecutionException full) {
          throw StatusMapper.busy();
        }
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
