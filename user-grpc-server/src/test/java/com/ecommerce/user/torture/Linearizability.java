package com.ecommerce.user.torture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a history of reads and writes of one register is linearizable: whether each call
 * can be given a moment between its begin and its end, so that each read returns the value of the
 * last write before it.
 *
 * <p>The algorithm is that of Wing and Gong (Testing and Verifying Concurrent Objects, 1993) with
 * Lowe's cache of configurations that were tried (Testing for linearizability, 2017). It iterates
 * over the begins and ends of the calls, tentatively removes one call after the other from the
 * list, and undoes the last choice when it reaches the end of a call that was not chosen. A
 * configuration is the set of chosen calls with the value of the register; each is tried once, so
 * the time is exponential only in the number of concurrent calls.
 */
final class Linearizability {
  private Linearizability() {}

  /**
   * A call that succeeded.
   *
   * @param written the value that it wrote; empty for a read
   * @param read the value that it returned; empty for a write
   */
  record Operation(Optional<String> written, Optional<String> read, long began, long ended) {
    static Operation write(String value, long began, long ended) {
      return new Operation(Optional.of(value), Optional.empty(), began, ended);
    }

    static Operation read(String value, long began, long ended) {
      return new Operation(Optional.empty(), Optional.of(value), began, ended);
    }
  }

  /** The begin or end of an operation, in a doubly linked list in order of time. */
  private static final class Event {
    final Operation operation;
    final int number;
    final boolean isBegin;
    Event end;
    Event before;
    Event after;

    Event(Operation operation, int number, boolean isBegin) {
      this.operation = operation;
      this.number = number;
      this.isBegin = isBegin;
    }

    long time() {
      return isBegin ? operation.began() : operation.ended();
    }

    /** Removes a begin and its end from the list. */
    void lift() {
      unlink();
      end.unlink();
    }

    private void unlink() {
      before.after = after;
      if (after != null) {
        after.before = before;
      }
    }

    /** Puts a begin and its end back into the list. */
    void unlift() {
      end.relink();
      relink();
    }

    private void relink() {
      before.after = this;
      if (after != null) {
        after.before = this;
      }
    }
  }

  private record Choice(Event begin, String valueBefore) {}

  private record Configuration(BitSet chosen, String value) {}

  /** Returns whether there is an order of the operations that explains all reads. */
  static boolean isLinearizable(String initial, List<Operation> operations) {
    Event head = list(operations);
    var chosen = new BitSet(operations.size());
    String value = initial;
    Set<Configuration> tried = new HashSet<>();
    Deque<Choice> choices = new ArrayDeque<>();
    Event event = head.after;
    while (head.after != null) {
      if (event.isBegin) {
        var next = apply(event.operation, value);
        boolean isNew = false;
        if (next.isPresent()) {
          chosen.set(event.number);
          isNew = tried.add(new Configuration((BitSet) chosen.clone(), next.get()));
          if (!isNew) {
            chosen.clear(event.number);
          }
        }
        if (isNew) {
          choices.push(new Choice(event, value));
          value = next.get();
          event.lift();
          event = head.after;
        } else {
          event = event.after;
        }
      } else if (choices.isEmpty()) {
        return false;
      } else {
        var last = choices.pop();
        value = last.valueBefore();
        chosen.clear(last.begin().number);
        last.begin().unlift();
        event = last.begin().after;
      }
    }
    return true;
  }

  /** Returns the value after the operation; empty if it cannot come now. */
  private static Optional<String> apply(Operation operation, String value) {
    return operation.written().isPresent()
        ? operation.written()
        : operation.read().filter(value::equals);
  }

  /** Returns a head before the first event. Of events at the same time, begins come first. */
  private static Event list(List<Operation> operations) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      var begin = new Event(operations.get(i), i, true);
      begin.end = new Event(operations.get(i), i, false);
      events.add(begin);
      events.add(begin.end);
    }
    events.sort(
        Comparator.comparingLong(Event::time).thenComparing(event -> event.isBegin ? 0 : 1));
    var head = new Event(null, -1, false);
    Event last = head;
    for (Event event : events) {
      last.after = event;
      event.before = last;
      last = event;
    }
    return head;
  }
}
