package com.ecommerce.user.server.metrics;

import com.ecommerce.user.server.intercept.CallMeter;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Counts and times gRPC calls by method and code, with the names and labels of gRPC's own
 * OpenTelemetry metrics (gRFC A66). A timer is looked up by the method's name and the code's
 * number, so that a call allocates nothing here. Thread-safe.
 */
final class GrpcCallMetrics implements CallMeter {
  /** The name that gRFC A66 gives to the methods that a server does not have. */
  private static final String OTHER = "other";

  private static final int CODES = Status.Code.values().length;

  private final MeterRegistry registry;
  private final Map<String, AtomicReferenceArray<Timer>> timers = new ConcurrentHashMap<>();

  GrpcCallMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void ended(MethodDescriptor<?, ?> method, Status.Code code, long nanoseconds) {
    // Otherwise, clients could create any number of labels.
    String name = method.getType() == MethodType.UNKNOWN ? OTHER : method.getFullMethodName();
    var ofMethod = timers.get(name);
    if (ofMethod == null) {
      ofMethod = timers.computeIfAbsent(name, added -> new AtomicReferenceArray<>(CODES));
    }
    var timer = ofMethod.get(code.value());
    if (timer == null) {
      // Concurrent calls may register the timer twice, but the registry returns the same one for
      // the same labels.
      timer = register(name, code);
      ofMethod.set(code.value(), timer);
    }
    timer.record(nanoseconds, TimeUnit.NANOSECONDS);
  }

  private Timer register(String method, Status.Code code) {
    return LatencyBuckets.timer("grpc.server.call.duration")
        .description("gRPC calls, from their headers to their status")
        .tag("grpc.method", method)
        .tag("grpc.status", code.name())
        .register(registry);
  }
}
