package com.ecommerce.user.bench.load;

import java.time.Duration;

/**
 * The load to apply.
 *
 * @param streams calls in flight on each connection
 * @param perSecond calls to start per second at even intervals, regardless of the answers; 0 to
 *     start the next call when another one ends
 * @param warmUp the time before calls are counted
 */
public record Load(
    int connections, int streams, int perSecond, Duration warmUp, Duration measured) {
  public static Load of(int connections, int streams, Duration measured) {
    return new Load(connections, streams, 0, Duration.ofMillis(500), measured);
  }

  public static Load paced(int perSecond, Duration measured) {
    return new Load(1, 64, perSecond, Duration.ofMillis(500), measured);
  }

  public int inFlight() {
    return connections * streams;
  }
}
