package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.server.grpc.CallContext;
import com.ecommerce.user.server.grpc.MethodRights;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Refuses callers that call too often, before their message is read. Never blocks: if the count is
 * kept in Redis, the call waits for it without a thread. Must be installed within the {@link
 * AuthInterceptor}, which identifies the caller.
 */
public final class LimitInterceptor implements ServerInterceptor {
  private final RateLimits limits;
  private final Map<String, Operation> limited = new HashMap<>();

  /**
   * @param methods all methods of the server
   * @param rights their operations
   */
  public LimitInterceptor(
      RateLimits limits,
      Collection<? extends MethodDescriptor<?, ?>> methods,
      MethodRights rights) {
    this.limits = limits;
    for (var method : methods) {
      var operation = rights.of(method).operation();
      if (limits.limits(operation)) {
        limited.put(method.getFullMethodName(), operation);
      }
    }
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var method = limited.get(call.getMethodDescriptor().getFullMethodName());
    if (method == null) {
      return next.startCall(call, headers);
    }
    var admission =
        limits.admit(CallContext.CALLER.get(), CallContext.CALL.get().clientNetwork(), method);
    return DelayedListener.when(
        admission,
        call,
        decided -> {
          decided.throwIfRefused();
          return next.startCall(call, headers);
        });
  }
}
