package com.ecommerce.user.core.event;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A filter of events. An empty component admits all events. Immutable.
 *
 * @param types the types, such as {@code user.updated}, one of which an event must have
 * @param users the users, one of whom an event must be about; at most {@value #MAX_USERS}
 * @param actor the actor that an event must have
 * @param from the earliest time, inclusive
 * @param before the end of the times, exclusive
 */
public record EventFilter(
    Set<String> types,
    Set<UUID> users,
    Optional<String> actor,
    Optional<Instant> from,
    Optional<Instant> before) {
  /** The filter that admits all events. */
  public static final EventFilter ALL =
      new EventFilter(Set.of(), Set.of(), Optional.empty(), Optional.empty(), Optional.empty());

  /** The maximum number of users. */
  public static final int MAX_USERS = 100;

  /** The maximum length of an actor, which is enough for {@code service:} and a client's name. */
  private static final int MAX_ACTOR = 200;

  /**
   * @throws UserServiceException with a violation on {@code user_ids} if there are too many, and on
   *     {@code occurred_at} if the range starts after its end
   */
  public EventFilter {
    types = Set.copyOf(types);
    users = Set.copyOf(users);
    requireNonNull(actor, "actor");
    requireNonNull(from, "from");
    requireNonNull(before, "before");
    var violations = new Violations();
    if (users.size() > MAX_USERS) {
      violations.add(
          "user_ids", "TOO_MANY", users.size() + " users (expected: at most " + MAX_USERS + ")");
    }
    if (from.isPresent() && before.isPresent() && from.get().isAfter(before.get())) {
      violations.add(
          "occurred_at",
          "INVALID_RANGE",
          "starts after its end (expected: start_time <= end_time)");
    }
    violations.throwIfAny();
  }

  /**
   * Returns the type with this name.
   *
   * @throws InvalidValueException with rule {@code UNKNOWN_VALUE}
   */
  public static String parseType(@Nullable String raw) {
    String type = WhiteSpace.trim(raw);
    if (!EventType.CODES.contains(type)) {
      throw new InvalidValueException(
          "UNKNOWN_VALUE", "unknown (expected: one of " + String.join(", ", EventType.CODES) + ")");
    }
    return type;
  }

  /**
   * Returns the actor; empty for an empty text.
   *
   * @throws InvalidValueException with rule {@code TOO_LONG}
   */
  public static Optional<String> parseActor(@Nullable String raw) {
    String actor = WhiteSpace.trim(raw);
    if (actor.length() > MAX_ACTOR) {
      throw new InvalidValueException(
          "TOO_LONG", actor.length() + " characters (expected: at most " + MAX_ACTOR + ")");
    }
    return actor.isEmpty() ? Optional.empty() : Optional.of(actor);
  }

  /** Returns whether the filter admits events of this type about this user. */
  public boolean admits(String type, UUID user) {
    return (types.isEmpty() || types.contains(type)) && (users.isEmpty() || users.contains(user));
  }

  /** Returns texts that are equal for equal filters, by which page tokens are bound to a filter. */
  public List<String> fingerprint() {
    return List.of(
        "events",
        types.stream().sorted().toList().toString(),
        users.stream().sorted().toList().toString(),
        actor.toString(),
        from.toString(),
        before.toString());
  }
}
