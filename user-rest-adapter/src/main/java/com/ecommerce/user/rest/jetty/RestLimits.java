package com.ecommerce.user.rest.jetty;

import java.time.Duration;

/**
 * The limits of the resources that clients may use before their requests are answered.
 *
 * @param bodyBytes the maximum memory of all bodies that were received and not yet answered
 * @param bodyTime the time within which a body must be complete; also applies to the headers of a
 *     request
 * @param connections the maximum number of connections
 * @param connectionsPerNetwork the maximum number of connections of one client network, unless it
 *     is a trusted proxy's
 */
public record RestLimits(
    long bodyBytes, Duration bodyTime, int connections, int connectionsPerNetwork) {
  private static final Duration BODY_TIME = Duration.ofSeconds(30);
  private static final int PARTS_OF_HEAP = 8;
  private static final int HEAP_PER_CONNECTION = 128 * 1024;
  private static final int MIN_CONNECTIONS = 1_000;
  private static final int MAX_CONNECTIONS = 20_000;
  private static final int NETWORKS = 4;

  /**
   * Returns the limits for the heap of this process: an eighth of it for bodies, and one connection
   * for each 128 KiB.
   */
  public static RestLimits ofThisProcess() {
    long heap = Runtime.getRuntime().maxMemory();
    int connections =
        (int) Math.max(MIN_CONNECTIONS, Math.min(MAX_CONNECTIONS, heap / HEAP_PER_CONNECTION));
    return new RestLimits(heap / PARTS_OF_HEAP, BODY_TIME, connections, connections / NETWORKS);
  }
}
