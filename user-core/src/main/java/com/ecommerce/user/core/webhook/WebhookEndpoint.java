package com.ecommerce.user.core.webhook;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * An endpoint to which events are sent, without its secret. Immutable.
 *
 * @param failingSince the first failed attempt since the last one that succeeded; empty if the last
 *     one succeeded
 * @param secretChangedAt empty if the endpoint still has its first secret
 * @param previousSecretUntil the time until which messages are also signed with the previous
 *     secret, which may be past; empty if there is none
 */
public record WebhookEndpoint(
    WebhookId id,
    WebhookSettings settings,
    State state,
    Optional<Instant> failingSince,
    Optional<Instant> secretChangedAt,
    Optional<Instant> previousSecretUntil,
    Instant createdAt,
    Instant updatedAt) {
  public WebhookEndpoint {
    requireNonNull(id, "id");
    requireNonNull(settings, "settings");
    requireNonNull(state, "state");
    requireNonNull(failingSince, "failingSince");
    requireNonNull(secretChangedAt, "secretChangedAt");
    requireNonNull(previousSecretUntil, "previousSecretUntil");
    requireNonNull(createdAt, "createdAt");
    requireNonNull(updatedAt, "updatedAt");
  }

  /** The states of an endpoint, as they are stored. Events are queued in each of them. */
  public enum State {
    /** Events are sent. */
    ACTIVE,
    /** A caller has paused it. */
    PAUSED,
    /**
     * The service has paused it, since no attempt succeeded for three days, or since it answered
     * with status 410 (Gone).
     */
    PAUSED_AFTER_FAILURES
  }
}
