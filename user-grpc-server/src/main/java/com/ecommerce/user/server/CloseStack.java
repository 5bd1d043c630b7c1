package com.ecommerce.user.server;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes resources in the reverse order of their opening. If one cannot be closed, the others are
 * closed nevertheless. Another thread can cancel a start, which then ends at its next step.
 * Thread-safe.
 */
public final class CloseStack implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CloseStack.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private boolean isCancelled;

  /**
   * Adds a resource, which is used by those that are added later.
   *
   * @throws CancelledException if the start was cancelled; the resource was added
   */
  public synchronized <T extends AutoCloseable> T add(T resource) {
    opened.push(resource);
    throwIfCancelled();
    return resource;
  }

  /** Makes the next call of {@link #add}, {@link #step} or {@link #finish} throw. */
  public synchronized void cancel() {
    isCancelled = true;
  }

  /**
   * Begins another step of the start.
   *
   * @throws CancelledException if the start was cancelled
   */
  synchronized void step() {
    throwIfCancelled();
  }

  /**
   * Runs the last step of the start, during which it cannot be cancelled.
   *
   * @param lastStep must not block
   * @throws CancelledException if the start was cancelled
   */
  synchronized void finish(Runnable lastStep) {
    throwIfCancelled();
    lastStep.run();
  }

  private void throwIfCancelled() {
    if (isCancelled) {
      throw new CancelledException();
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

  /** Thrown to end a start when the process was told to stop. It has no stack trace. */
  static final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CancelledException() {
      super("the process was told to stop", null, false, false);
    }
  }
}
