package com.ecommerce.user.server.config;

import com.ecommerce.user.server.transport.TransportLimits;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings for the lifetime and the end of connections.
 *
 * @param shutdownDelay the time in which calls are still accepted after health has become
 *     NOT_SERVING, so that load balancers notice
 * @param shutdownGrace the time that calls in progress then have to finish
 * @param maxAge the age at which gRPC clients are asked to reconnect, so that they spread over new
 *     instances; empty for no limit
 * @param transport the limits of what gRPC clients may send
 */
public record ConnectionSettings(
    Duration shutdownDelay,
    Duration shutdownGrace,
    Optional<Duration> maxAge,
    TransportLimits transport) {
  /** Creates settings with the default limits for this process. */
  public ConnectionSettings(
      Duration shutdownDelay, Duration shutdownGrace, Optional<Duration> maxAge) {
    this(shutdownDelay, shutdownGrace, maxAge, TransportLimits.ofThisProcess());
  }

  /** Reads the settings, and records problems in the reader. */
  static ConnectionSettings read(SettingReader reader) {
    var preset = TransportLimits.ofThisProcess();
    return new ConnectionSettings(
        reader.duration(Setting.SHUTDOWN_DELAY_SECONDS),
        reader.duration(Setting.SHUTDOWN_GRACE_SECONDS),
        Optional.of(reader.duration(Setting.GRPC_MAX_CONNECTION_AGE_SECONDS))
            .filter(age -> !age.isZero()),
        new TransportLimits(
            reader.integer(Setting.GRPC_MAX_MESSAGE_BYTES),
            reader.integer(Setting.GRPC_MAX_CONNECTIONS),
            reader.integer(Setting.GRPC_MAX_CONNECTIONS_PER_NETWORK),
            preset.requestBytes(),
            preset.messageTime()));
  }
}
