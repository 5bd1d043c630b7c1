package com.ecommerce.user.server.metrics;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** The upper bounds of all histograms of durations, from a cached read to a password hash. */
final class LatencyBuckets {
  private static final Duration[] BOUNDS = {
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofNanos(2_500_000),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5)
  };

  private LatencyBuckets() {}

  static Timer.Builder timer(String name) {
    return Timer.builder(name).serviceLevelObjectives(BOUNDS);
  }
}
