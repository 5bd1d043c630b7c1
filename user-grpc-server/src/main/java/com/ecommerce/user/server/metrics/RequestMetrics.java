package com.ecommerce.user.server.metrics;

import com.ecommerce.user.rest.http.RequestMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Counts and times REST requests by method, route and status, with the names and labels that
 * Micrometer uses in Spring. Thread-safe.
 */
final class RequestMetrics implements RequestMeter {
  private final MeterRegistry registry;
  private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

  private record Kind(String method, String route, int status) {}

  RequestMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void answered(String method, String route, int status, long nanoseconds) {
    timers
        .computeIfAbsent(new Kind(method, route, status), this::register)
        .record(nanoseconds, TimeUnit.NANOSECONDS);
  }

  private Timer register(Kind kind) {
    return LatencyBuckets.timer("http.server.requests")
        .description("REST requests, until their response is written")
        .tag("method", kind.method())
        .tag("uri", kind.route())
        .tag("status", Integer.toString(kind.status()))
        .register(registry);
  }
}
