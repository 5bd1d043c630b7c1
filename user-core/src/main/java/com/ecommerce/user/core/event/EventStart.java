package com.ecommerce.user.core.event;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * The place in the event log from which events are watched. Immutable.
 *
 * @param after the position after which to start; empty for the other two places
 * @param fromBeginning whether to start with the oldest event that is kept, instead of with those
 *     that are committed from now on
 */
public record EventStart(Optional<EventPosition> after, boolean fromBeginning) {
  /** The place after all events that are committed now. */
  public static final EventStart NOW = new EventStart(Optional.empty(), false);

  /** The place before the oldest event that is kept. */
  public static final EventStart BEGINNING = new EventStart(Optional.empty(), true);

  /**
   * @throws IllegalArgumentException if there is a position and {@code fromBeginning} is true
   */
  public EventStart {
    requireNonNull(after, "after");
    if (fromBeginning && after.isPresent()) {
      throw new IllegalArgumentException("fromBeginning: true (expected: false with a position)");
    }
  }

  /** Returns the place after this position. */
  public static EventStart after(EventPosition position) {
    return new EventStart(Optional.of(position), false);
  }
}
