package com.ecommerce.user.core.event;

import java.time.Duration;
import java.util.Map;

/**
 * Figures of the event log, for metrics. Immutable.
 *
 * @param watches the number of watches of this process
 * @param lags the lag of each sink, by the name of the sink in {@link EventCursors}; that of {@code
 *     webhooks} is what waits for endpoints that are not paused
 */
public record EventStatistics(int watches, Map<String, Lag> lags) {
  public EventStatistics {
    lags = Map.copyOf(lags);
  }

  /**
   * The distance of a sink from the end of the event log. If the sink has several cursors, it is
   * that of the last one.
   *
   * @param events the number of events after the cursor
   * @param age the time since the first of them occurred; zero if there is none
   */
  public record Lag(long events, Duration age) {}
}
