package com.ecommerce.user.server;

import java.time.Duration;
import java.util.Optional;

/**
 * How long connections live, and how they end.
 *
 * @param shutdownDelay how long calls are still taken after health turned NOT_SERVING, so that load
 *     balancers notice first
 * @param shutdownGrace how long running calls may take to finish after that
 * @param maxAge when gRPC clients are told to connect anew, so that they spread over new instances;
 *     empty: never
 */
record ConnectionSettings(
    Duration shutdownDelay, Duration shutdownGrace, Optional<Duration> maxAge) {
  private static final int MAX_SECONDS = 3_600;
  private static final int MAX_AGE_SECONDS = 86_400;

  /** Notes what is wrong in the reader. */
  static ConnectionSettings read(SettingReader reader) {
    int maxAge = reader.integer("GRPC_MAX_CONNECTION_AGE_SECONDS", 0, 0, MAX_AGE_SECONDS);
    return new ConnectionSettings(
        Duration.ofSeconds(reader.integer("SHUTDOWN_DELAY_SECONDS", 0, 0, MAX_SECONDS)),
        Duration.ofSeconds(reader.integer("SHUTDOWN_GRACE_SECONDS", 10, 0, MAX_SECONDS)),
        maxAge == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(maxAge)));
  }
}
