package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.request.LogContext;
import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.server.grpc.CallContext;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.HexFormat;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Assigns an id to each call and starts its timer. This is the outermost interceptor. The {@link
 * ErrorInterceptor} within it knows how a call ends, and reports that to the {@link AccessLog}.
 */
public final class AccessLogInterceptor implements ServerInterceptor {
  private final RandomGenerator random;
  private final LongSupplier nanoTime;
  private final CallMeter meter;

  /**
   * @param random makes call ids; must be thread-safe, need not be cryptographically secure
   * @param nanoTime a clock such as {@link System#nanoTime}
   * @param meter counts every call that ends
   */
  public AccessLogInterceptor(RandomGenerator random, LongSupplier nanoTime, CallMeter meter) {
    this.random = random;
    this.nanoTime = nanoTime;
    this.meter = meter;
  }

  private static String traceId() {
    return CallContext.OBSERVER.get().traceParent().map(TraceParent::traceId).orElse("");
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var context = new LogContext(HexFormat.of().toHexDigits(random.nextLong()), traceId());
    var log = new AccessLog(call, context, meter, nanoTime);
    // Interceptors within keep what they need of it, so that no listener has to restore it.
    var known = Context.current().withValue(AccessLog.CURRENT, log);
    var before = known.attach();
    try {
      return next.startCall(call, headers);
    } finally {
      known.detach(before);
    }
  }
}
