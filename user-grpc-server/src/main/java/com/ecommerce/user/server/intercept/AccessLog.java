package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.request.AccessLogEntry;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.LogContext;
import com.ecommerce.user.server.grpc.CallContext;
import io.grpc.Context;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * The record of one call for the log and the metrics, from its beginning to its end, which is
 * reported once. Thread-safe.
 */
final class AccessLog {
  /** The record of the running call, for the interceptors within {@link AccessLogInterceptor}. */
  static final Context.Key<AccessLog> CURRENT = Context.key("call-log");

  private static final String UNKNOWN_METHOD = "(unknown method)";

  private final ServerCall<?, ?> call;
  private final LogContext context;
  private final CallMeter meter;
  private final LongSupplier nanoTime;
  private final long begin;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Actor caller = Actor.ANONYMOUS;

  /** Null until an interceptor has determined the client network. */
  private volatile String clientNetwork;

  AccessLog(ServerCall<?, ?> call, LogContext context, CallMeter meter, LongSupplier nanoTime) {
    this.call = call;
    this.context = context;
    this.meter = meter;
    this.nanoTime = nanoTime;
    this.begin = nanoTime.getAsLong();
  }

  /** Returns the fields that every log line of the call has. */
  LogContext context() {
    return context;
  }

  void cameFrom(String network) {
    clientNetwork = network;
  }

  void madeBy(Actor known) {
    caller = known;
  }

  /**
   * Reports the end of the call. Only the first report counts, since closing a call can cause
   * further ones.
   */
  void end(Status.Code code) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    long nanoseconds = nanoTime.getAsLong() - begin;
    var method = call.getMethodDescriptor();
    meter.ended(method, code, nanoseconds);
    if (AccessLogEntry.isWanted()) {
      String name =
          method.getType() == MethodType.UNKNOWN ? UNKNOWN_METHOD : method.getFullMethodName();
      String network = clientNetwork == null ? PeerNetworks.of(call) : clientNetwork;
      new AccessLogEntry(name, code.name(), nanoseconds, caller, network).write(context);
    }
  }

  /**
   * Reports the end of a call whose client disconnected, or whose deadline passed, before it was
   * answered.
   */
  void endCancelled() {
    end(CallContext.cancellation().getCode());
  }
}
