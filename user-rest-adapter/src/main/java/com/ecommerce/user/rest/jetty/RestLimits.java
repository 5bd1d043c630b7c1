package com.ecommerce.user.rest.jetty;

import com.ecommerce.user.core.internal.concurrent.ConnectionTable;
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

  /**
   * Returns the limits for the heap of this process: an eighth of it for bodies, and one connection
   * for each 128 KiB.
   */
  public static RestLimits ofThisProcess() {
    int connections = ConnectionTable.presetMost();
    return new RestLimits(
        ConnectionTable.presetRequestBytes(),
        BODY_TIME,
        connections,
        ConnectionTable.presetPerNetwork(connections));
  }
}
