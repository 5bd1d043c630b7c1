package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventReceiver;
import com.ecommerce.user.core.event.EventStart;
import com.ecommerce.user.core.event.EventWatch;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.core.internal.db.Database;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A watch that follows the event log. The receiver is called by one thread at a time: a signal
 * starts a run only if none is running, and otherwise makes the running one start over (a serial
 * drain loop). While a page is read, only the thread that reads it may call the receiver. The
 * fields therefore need no lock.
 */
final class FollowingWatch implements EventWatch {
  private final EventFollower follower;
  private final EventStart start;
  private final EventFilter filter;
  private final EventReceiver receiver;
  private final AtomicInteger signals = new AtomicInteger();

  /** The position up to which everything was sent; null until it is known. */
  private EventPosition cursor;

  private boolean hasBegun;
  private volatile long lastSent;
  private volatile long lastCheck;
  private volatile boolean isReading;

  /** Set if a read has failed and has to be repeated. */
  private volatile boolean hasToRepeat;

  /** The failure that {@link #fail} was called with; null if it was not called. */
  private volatile Throwable requested;

  private volatile boolean isClosed;

  FollowingWatch(
      EventFollower follower, EventStart start, EventFilter filter, EventReceiver receiver) {
    this.follower = follower;
    this.start = start;
    this.filter = filter;
    this.receiver = receiver;
    this.lastSent = follower.now();
    this.lastCheck = lastSent;
  }

  @Override
  public void signal() {
    if (signals.getAndIncrement() == 0) {
      follower.send(this::drain);
    }
  }

  @Override
  public void fail(Throwable failure) {
    requested = failure;
    signal();
  }

  /** Returns whether a heartbeat, a check or the repetition of a read is due. */
  boolean isDue(long now) {
    return hasToRepeat || isDue(now, lastSent) || isDue(now, lastCheck);
  }

  private static boolean isDue(long now, long last) {
    return now - last >= UserEvents.HEARTBEAT.toNanos();
  }

  private void drain() {
    int seen;
    do {
      seen = signals.get();
      try {
        run();
      } catch (RuntimeException | Error failed) {
        end(failed);
      }
    } while (signals.addAndGet(-seen) != 0);
  }

  private void run() {
    if (requested != null && !isReading) {
      end(requested);
    }
    var tail = follower.tail();
    if (isClosed || isReading || tail == null) {
      return;
    }
    if (isDue(follower.now(), lastCheck)) {
      lastCheck = follower.now();
      receiver.onCheck();
    }
    if (cursor == null) {
      read(() -> cursor = follower.position(start));
      return;
    }
    if (cursor.timeline() != tail.timeline()) {
      read(() -> moveTo(tail));
      return;
    }
    if (!hasBegun && receiver.isReady()) {
      hasBegun = true;
      sendPosition();
    }
    boolean isBehind = cursor.number() < tail.floor();
    if (!isBehind) {
      send(tail.after(cursor.number()), tail.end());
    }
    // Also between pages, since the filter may admit nothing in a long range of positions.
    if (isDue(follower.now(), lastSent) && receiver.isReady()) {
      sendPosition();
    }
    if (isBehind && receiver.isReady()) {
      read(() -> sendPage(tail));
    }
  }

  /** Lets a reader run a task that reads the database, and continues afterwards. */
  private void read(Runnable task) {
    isReading = true;
    follower.read(
        () -> {
          boolean goesOn = tryTo(task);
          isReading = false;
          if (goesOn || requested != null) {
            signal();
          }
        });
  }

  private boolean tryTo(Runnable task) {
    try {
      hasToRepeat = false;
      task.run();
    } catch (RuntimeException | Error failed) {
      hasToRepeat = Database.isOutage(failed);
      if (!hasToRepeat) {
        end(failed);
      }
    }
    return !hasToRepeat;
  }

  /** Moves the cursor to the current timeline. The tail may not have reached that one yet. */
  private void moveTo(EventTail tail) {
    var moved = follower.inCurrentTimeline(cursor);
    hasToRepeat = moved.timeline() != tail.timeline();
    cursor = moved;
  }

  /**
   * Reads a page of the log, and sends it at once. What the receiver cannot take is read again
   * later, so that a watch that waits for its receiver keeps no events.
   */
  private void sendPage(EventTail until) {
    var read = follower.range(filter, until, cursor.number());
    if (read.isIncomplete()) {
      throw EventFollower.outOfRange();
    }
    send(read.events(), new EventPosition(until.timeline(), read.end()));
  }

  /**
   * Sends events while the receiver is ready, and moves the cursor.
   *
   * @param end the position after all of the events; ignored if the cursor is after it
   */
  private void send(List<UserEvent> events, EventPosition end) {
    for (UserEvent event : events) {
      if (!filter.admits(event.type(), event.user())) {
        continue;
      }
      if (isClosed || !receiver.isReady()) {
        return;
      }
      receiver.onEvent(event);
      cursor = event.position();
      lastSent = follower.now();
    }
    // The cursor may have a position that another instance knew before this one's tail.
    if (end.number() > cursor.number()) {
      cursor = end;
    }
  }

  private void sendPosition() {
    receiver.onPosition(cursor);
    lastSent = follower.now();
  }

  private void end(Throwable failure) {
    if (isClosed) {
      return;
    }
    close();
    receiver.onFailure(failure);
  }

  @Override
  public void close() {
    isClosed = true;
    follower.remove(this);
  }
}
