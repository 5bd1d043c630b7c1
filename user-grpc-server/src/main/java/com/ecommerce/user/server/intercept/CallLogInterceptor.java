package com.ecommerce.user.server.intercept;

import com.ecommerce.user.server.grpc.CallContext;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each call an id, and writes one line a call at DEBUG. The outermost interceptor. */
public final class CallLogInterceptor implements ServerInterceptor {
  private static final Logger log = LoggerFactory.getLogger("com.ecommerce.user.calls");

  private final RandomGenerator random;
  private final LongSupplier nanoTime;

  /**
   * @param random makes call ids; need not be secret, must be thread-safe
   * @param nanoTime as {@link System#nanoTime}
   */
  public CallLogInterceptor(RandomGenerator random, LongSupplier nanoTime) {
    this.random = random;
    this.nanoTime = nanoTime;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String id = HexFormat.of().toHexDigits(random.nextLong());
    var context = Context.current().withValue(CallContext.CALL_ID, id);
    var observed = log.isDebugEnabled() ? logged(call, id) : call;
    return Contexts.interceptCall(context, observed, headers, next);
  }

  private <Q, R> ServerCall<Q, R> logged(ServerCall<Q, R> call, String id) {
    long start = nanoTime.getAsLong();
    return new SimpleForwardingServerCall<>(call) {
      @Override
      public void close(Status status, Metadata trailers) {
        long microseconds = TimeUnit.NANOSECONDS.toMicros(nanoTime.getAsLong() - start);
        log.debug(
            "{} {} {} {} us",
            id,
            getMethodDescriptor().getFullMethodName(),
            status.getCode(),
            microseconds);
        super.close(status, trailers);
      }
    };
  }
}
