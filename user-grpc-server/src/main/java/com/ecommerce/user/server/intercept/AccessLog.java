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
 * One call as the log and the metrics see it, from its begin to its end, which is told once.
 * Thread-safe.
 */
final class AccessLog {
  /** Of the running call, for the interceptors within {@link AccessLogInterceptor}. */
  static final Context.Key<AccessLog> CURRENT = Context.key("call-log");

  private static final String UNKNOWN_METHOD = "(unknown method)";

  private final ServerCall<?, ?> call;
  private final LogContext context;
  private final CallMeter meter;
  private final LongSupplier nanoTime;
  private final long begin;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Actor caller = Actor.ANONYMOUS;

  /** Null for a call that nobody asked where it comes from. */
  private volatile String clientNetwork;

  AccessLog(ServerCall<?, ?> call, LogContext context, CallMeter meter, LongSupplier nanoTime) {
    this.call = call;
    this.context = context;
    this.meter = meter;
    this.nanoTime = nanoTime;
    this.begin = nanoTime.getAsLong();
  }

  /** Returns the fields that every line of the call carries. */
  LogContext context() {
    return context;
  }

  void cameFrom(String network) {
    clientNetwork = network;
  }

  void madeBy(Actor known) {
    caller = known;
  }

  /** The first word about the end holds; later ones are the echo of it. */
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

  /** The client left, or its deadline passed, before there was an answer. */
  void endCancelled() {
    end(CallContext.cancellation().getCode());
  }
}
