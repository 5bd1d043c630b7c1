package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.UserEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * The last events of the log, in memory. Immutable.
 *
 * @param state the state of the log, whose position is that of the last event
 * @param floor the position after which the list is complete, up to that of the state
 * @param events in the order of their positions
 */
record EventTail(EventSequencer.State state, long floor, List<UserEvent> events) {
  /** The maximum number of events, which take some 400 bytes each. */
  static final int MAX_EVENTS = 2_000;

  EventTail {
    events = List.copyOf(events);
  }

  /** Returns a tail without events. */
  static EventTail emptyAt(EventSequencer.State state) {
    return new EventTail(state, state.position(), List.of());
  }

  int timeline() {
    return state.timeline();
  }

  long position() {
    return state.position();
  }

  EventPosition end() {
    return new EventPosition(timeline(), position());
  }

  /** Returns whether this tail can be extended to the state, within its maximum size. */
  boolean leadsTo(EventSequencer.State next) {
    return next.timeline() == timeline()
        && next.position() >= position()
        && next.position() - position() <= MAX_EVENTS;
  }

  /** Returns a tail extended by later events to the state, and shortened to the maximum size. */
  EventTail with(List<UserEvent> more, EventSequencer.State next) {
    if (more.isEmpty() && next.equals(state)) {
      return this;
    }
    var all = new ArrayList<>(events);
    all.addAll(more);
    int dropped = Math.max(0, all.size() - MAX_EVENTS);
    long nextFloor = dropped == 0 ? floor : all.get(dropped - 1).position().number();
    return new EventTail(next, nextFloor, all.subList(dropped, all.size()));
  }

  /** Returns the events after the position, which is not before the floor. */
  List<UserEvent> after(long number) {
    int low = 0;
    int high = events.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (events.get(middle).position().number() <= number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return events.subList(low, events.size());
  }
}
