package com.ecommerce.user.core.webhook;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * The progress of the deliveries to an endpoint. Immutable.
 *
 * @param waiting the number of events that wait, counted up to one more than {@value #MAX_COUNTED}
 * @param failure the failure of a delivery that waits for another attempt, or else of the last one
 *     that was given up; empty if the last attempt succeeded
 * @param pause the beginning of the current pause; empty for an active endpoint, and if the event
 *     log does not reach back to it
 */
public record WebhookStatus(int waiting, Optional<String> failure, Optional<Pause> pause) {
  /** The greatest number of waiting events that is exact. */
  public static final int MAX_COUNTED = 100;

  public WebhookStatus {
    requireNonNull(failure, "failure");
    requireNonNull(pause, "pause");
  }

  /**
   * The beginning of a pause.
   *
   * @param at the time at which the endpoint was paused
   * @param actor the caller that paused it, as in the event log
   * @param reason the reason for which the service paused it; empty if a caller did
   */
  public record Pause(Instant at, String actor, String reason) {
    public Pause {
      requireNonNull(at, "at");
      requireNonNull(actor, "actor");
      requireNonNull(reason, "reason");
    }
  }
}
