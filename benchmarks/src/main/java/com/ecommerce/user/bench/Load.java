package com.ecommerce.user.bench;

import java.time.Duration;

/**
 * The load to apply.
 *
 * @param streams calls in flight on each connection
 * @param perSecond calls to start per second at even intervals, regardless of the answers; 0 to
 *     start the next call when another one ends
 * @param warmUp the time before calls are counted
 */
record Load(int connections, int streams, int perSecond, Duration warmUp, Duration measured) {
  static Load of(int connections, int streams, Duration measured) {
    return new Load(connections, streams, 0, Duration.ofMillis(500), measured);
  }

  static Load paced(int perSecond, Duration measured) {
    return new Load(1, 64, perSecond, Duration.ofMillis(500), measured);
  }

  int inFlight() {
    return connections * streams;
  }
}
