package com.ecommerce.user.server.kafka;

import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventReceiver;
import com.ecommerce.user.core.event.UserEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The events of a watch that are not sent yet, of which there are few: the watch goes on when they
 * have been taken. Thread-safe.
 */
final class EventQueue implements EventReceiver {
  /** The maximum number of events, which take some 400 bytes each. */
  static final int CAPACITY = 1_000;

  private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();
  private volatile Optional<Throwable> failure = Optional.empty();

  /**
   * A position that the watch has reached.
   *
   * @param event the event before the position, if it was not received with an earlier entry
   */
  record Entry(EventPosition position, Optional<UserEvent> event) {}

  @Override
  public boolean isReady() {
    return entries.size() < CAPACITY;
  }

  @Override
  public void onEvent(UserEvent event) {
    entries.add(new Entry(event.position(), Optional.of(event)));
  }

  @Override
  public void onPosition(EventPosition position) {
    entries.add(new Entry(position, Optional.empty()));
  }

  @Override
  public void onFailure(Throwable reason) {
    failure = Optional.of(reason);
  }

  /**
   * Removes the oldest entries. Waits a moment for the first one, and returns none if none comes. A
   * position without an event comes alone, since it can be stored before any event is sent.
   */
  List<Entry> take(long waitMillis) throws InterruptedException {
    var first = entries.poll(waitMillis, TimeUnit.MILLISECONDS);
    if (first == null) {
      return List.of();
    }
    if (first.event().isEmpty()) {
      return List.of(first);
    }
    var taken = new ArrayList<Entry>();
    taken.add(first);
    entries.drainTo(taken);
    return taken;
  }

  /** Returns the failure with which the watch has ended. */
  Optional<Throwable> failure() {
    return failure;
  }
}
