package com.ecommerce.user.core.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * An event of the event log. It contains no personal data, unless a caller wrote some into the
 * reason. Immutable.
 *
 * @param position the position after the event
 * @param type the type, such as {@code user.updated}
 * @param user the id of the user whom it is about; for types that begin with {@code client.}, the
 *     id of a service client; for those that begin with {@code webhook.}, of a webhook endpoint
 * @param object the id of the object of the user that it is about, such as an address
 * @param actor the party responsible for it; see {@link com.ecommerce.user.core.request.Actor}
 * @param reason the reason that the caller gave, or a detail; may be empty
 * @param fields the names of the changed fields
 * @param userVersion the version of the user after the event; empty if the event did not change it
 * @param callId the id of the call that caused it, as in the log; empty for the service itself
 */
public record UserEvent(
    UUID id,
    EventPosition position,
    String type,
    UUID user,
    Optional<UUID> object,
    String actor,
    String reason,
    List<String> fields,
    OptionalLong userVersion,
    Instant occurredAt,
    String callId) {
  public UserEvent {
    requireNonNull(id, "id");
    requireNonNull(position, "position");
    requireNonNull(type, "type");
    requireNonNull(user, "user");
    requireNonNull(object, "object");
    requireNonNull(actor, "actor");
    requireNonNull(reason, "reason");
    fields = List.copyOf(fields);
    requireNonNull(userVersion, "userVersion");
    requireNonNull(occurredAt, "occurredAt");
    requireNonNull(callId, "callId");
  }
}
