package com.ecommerce.user.server.transport;

import com.ecommerce.user.core.internal.concurrent.ConnectionTable;
import java.time.Duration;

/**
 * The limits of a gRPC server that listens on a port.
 *
 * @param maxMessageBytes the maximum size of a message as it is sent; at least 1
 * @param maxConnections the maximum number of connections; at least 1
 * @param maxConnectionsPerNetwork the maximum number of connections of one client network, unless
 *     it is a trusted proxy's; at least 1
 * @param requestBytes the maximum memory of requests from their arrival to their answer
 * @param messageTime the time within which a message must be complete
 */
public record TransportLimits(
    int maxMessageBytes,
    int maxConnections,
    int maxConnectionsPerNetwork,
    long requestBytes,
    Duration messageTime) {
  /** The default maximum size of a message: 50 MiB. */
  public static final int DEFAULT_MAX_MESSAGE_BYTES = 50 * 1024 * 1024;

  /** The default time for a message: 30 seconds. */
  public static final Duration DEFAULT_MESSAGE_TIME = Duration.ofSeconds(30);

  /** Returns the default limits for the heap of this process. */
  public static TransportLimits ofThisProcess() {
    int connections = ConnectionTable.presetMost();
    return new TransportLimits(
        DEFAULT_MAX_MESSAGE_BYTES,
        connections,
        ConnectionTable.presetPerNetwork(connections),
        ConnectionTable.presetRequestBytes(),
        DEFAULT_MESSAGE_TIME);
  }
}
