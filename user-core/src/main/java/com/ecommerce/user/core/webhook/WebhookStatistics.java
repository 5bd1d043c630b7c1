package com.ecommerce.user.core.webhook;

import com.ecommerce.user.core.event.EventStatistics;
import java.time.Duration;

/**
 * The state of the queue of webhooks, for metrics. Immutable. Deliveries are counted up to {@value
 * #MAX_COUNTED}, so that a long queue costs little.
 *
 * @param waiting the number of deliveries that wait, without those of paused endpoints
 * @param oldest the time since the oldest of them was queued; zero if there is none
 * @param dead the number of deliveries that were given up and are kept
 * @param paused the number of endpoints that the service has paused
 */
public record WebhookStatistics(long waiting, Duration oldest, long dead, int paused) {
  /** The greatest value of {@link #waiting} and {@link #dead}. */
  public static final int MAX_COUNTED = 100_000;

  /** Returns the distance of the endpoints from the end of the event log. */
  public EventStatistics.Lag lag() {
    return new EventStatistics.Lag(waiting, oldest);
  }
}
