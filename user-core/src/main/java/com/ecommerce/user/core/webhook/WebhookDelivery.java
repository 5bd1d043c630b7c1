package com.ecommerce.user.core.webhook;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.event.EventPosition;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * The delivery of an event to an endpoint. Immutable.
 *
 * @param event the id of the event
 * @param position the position after the event
 * @param type the type of the event
 * @param user the user of the event
 * @param attempts the number of attempts, including one that is running
 * @param nextAttemptAt empty while an earlier event of the user is waiting, and when no further
 *     attempt follows
 * @param finishedAt the time at which it was delivered or given up
 * @param status the HTTP status of the last answer; empty if there was none
 * @param failure the reason for which the last attempt failed; empty if it did not
 */
public record WebhookDelivery(
    UUID event,
    EventPosition position,
    String type,
    UUID user,
    State state,
    int attempts,
    Instant createdAt,
    Optional<Instant> nextAttemptAt,
    Optional<Instant> finishedAt,
    OptionalInt status,
    String failure) {
  public WebhookDelivery {
    requireNonNull(event, "event");
    requireNonNull(position, "position");
    requireNonNull(type, "type");
    requireNonNull(user, "user");
    requireNonNull(state, "state");
    requireNonNull(createdAt, "createdAt");
    requireNonNull(nextAttemptAt, "nextAttemptAt");
    requireNonNull(finishedAt, "finishedAt");
    requireNonNull(status, "status");
    requireNonNull(failure, "failure");
  }

  /** The states of a delivery, as they are stored. */
  public enum State {
    /** It will be attempted, or attempted again. */
    WAITING,
    /** The endpoint has accepted it. */
    DELIVERED,
    /** It was given up after 24 hours, and can be sent again by {@link Webhooks#redeliver}. */
    DEAD
  }
}
