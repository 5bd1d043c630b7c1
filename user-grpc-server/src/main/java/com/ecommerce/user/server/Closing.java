package com.ecommerce.user.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes all that was opened, in reverse order, each whatever happens to the others. A start can be
 * called off from another thread: it then ends at its next step. Thread-safe.
 */
final class Closing implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Closing.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private boolean isCalledOff;

  /**
   * Adds a resource, which is used by those that are added later.
   *
   * @throws CalledOffException if the start was called off; the resource was added
   */
  synchronized <T extends AutoCloseable> T add(T resource) {
    opened.push(resource);
    throwIfCalledOff();
    return resource;
  }

  /** Makes the next call of {@link #add}, {@link #step} or {@link #finish} throw. */
  synchronized void callOff() {
    isCalledOff = true;
  }

  /**
   * Begins another step of the start.
   *
   * @throws CalledOffException if the start was called off
   */
  synchronized void step() {
    throwIfCalledOff();
  }

  /**
   * Runs the last step of the start; it cannot be called off meanwhile.
   *
   * @param lastStep must not block
   * @throws CalledOffException if the start was called off
   */
  synchronized void finish(Runnable lastStep) {
    throwIfCalledOff();
    lastStep.run();
  }

  private void throwIfCalledOff() {
    if (isCalledOff) {
      throw new CalledOffException();
    }
  }

  @Override
  public synchronized void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception failed) {
        log.warn("A part of the server could not be closed", failed);
      }
    }
  }

  /** Ends a start, since the process was told to stop. It has no stack trace. */
  static final class CalledOffException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CalledOffException() {
      super("the process was told to stop", null, false, false);
    }
  }
}
