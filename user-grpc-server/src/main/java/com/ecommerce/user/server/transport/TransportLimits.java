package com.ecommerce.user.server.transport;

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

  private static final int HEAP_PER_CONNECTION = 128 * 1024;
  private static final int MIN_CONNECTIONS = 1_000;
  private static final int MAX_CONNECTIONS = 20_000;
  private static final int PART_OF_HEAP = 8;

  /** Returns the default limits for the heap of this process. */
  public static TransportLimits ofThisProcess() {
    int connections = presetConnections();
    return new TransportLimits(
        DEFAULT_MAX_MESSAGE_BYTES,
        connections,
        presetPerNetwork(connections),
        presetRequestBytes(Runtime.getRuntime().maxMemory()),
        DEFAULT_MESSAGE_TIME);
  }

  /** Returns one connection for each 128 KiB of heap, between 1,000 and 20,000. */
  public static int presetConnections() {
    long fitting = Runtime.getRuntime().maxMemory() / HEAP_PER_CONNECTION;
    return (int) Math.max(MIN_CONNECTIONS, Math.min(MAX_CONNECTIONS, fitting));
  }

  /** Returns a quarter of all connections. */
  public static int presetPerNetwork(int maxConnections) {
    return Math.max(1, maxConnections / 4);
  }

  /** Returns an eighth of the heap. The limit of direct memory is as large as the heap. */
  public static long presetRequestBytes(long heapBytes) {
    return heapBytes / PART_OF_HEAP;
  }
}
