package com.ecommerce.user.server.config;

import com.ecommerce.user.server.transport.TransportLimits;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings for how long connections live, and how they end.
 *
 * @param shutdownDelay how long calls are still taken after health turned NOT_SERVING, so that load
 *     balancers notice first
 * @param shutdownGrace how long running calls may take to finish after that
 * @param maxAge when gRPC clients are told to connect anew, so that they spread over new instances;
 *     empty: never
 * @param transport the limits of what gRPC clients may send
 */
public record ConnectionSettings(
    Duration shutdownDelay,
    Duration shutdownGrace,
    Optional<Duration> maxAge,
    TransportLimits transport) {
  private static final int MAX_SECONDS = 3_600;
  private static final int MAX_CONNECTIONS = 1_000_000;
  private static final int MIN_MESSAGE_BYTES = 1024 * 1024;
  private static final int MAX_AGE_SECONDS = 86_400;

  /** Creates settings with the default limits for this process. */
  public ConnectionSettings(
      Duration shutdownDelay, Duration shutdownGrace, Optional<Duration> maxAge) {
    this(shutdownDelay, shutdownGrace, maxAge, TransportLimits.ofThisProcess());
  }

  /** Notes what is wrong in the reader. */
  static ConnectionSettings read(SettingReader reader) {
    int maxAge = reader.integer(Setting.GRPC_MAX_CONNECTION_AGE_SECONDS, 0, 0, MAX_AGE_SECONDS);
    return new ConnectionSettings(
        Duration.ofSeconds(reader.integer(Setting.SHUTDOWN_DELAY_SECONDS, 0, 0, MAX_SECONDS)),
        Duration.ofSeconds(reader.integer(Setting.SHUTDOWN_GRACE_SECONDS, 10, 0, MAX_SECONDS)),
        maxAge == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(maxAge)),
        transport(reader));
  }

  private static TransportLimits transport(SettingReader reader) {
    var preset = TransportLimits.ofThisProcess();
    int messageBytes =
        reader.integer(
            Setting.GRPC_MAX_MESSAGE_BYTES,
            preset.maxMessageBytes(),
            MIN_MESSAGE_BYTES,
            Integer.MAX_VALUE);
    int connections =
        reader.integer(Setting.GRPC_MAX_CONNECTIONS, preset.maxConnections(), 1, MAX_CONNECTIONS);
    int perNetwork =
        reader.integer(
            Setting.GRPC_MAX_CONNECTIONS_PER_NETWORK,
            TransportLimits.presetPerNetwork(connections),
            1,
            MAX_CONNECTIONS);
    return new TransportLimits(
        messageBytes, connections, perNetwork, preset.requestBytes(), preset.messageTime());
  }
}
