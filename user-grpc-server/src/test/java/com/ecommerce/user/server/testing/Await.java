package com.ecommerce.user.server.testing;

import java.util.concurrent.locks.LockSupport;

/** Waits for conditions, until the timeout of the test ends. */
public final class Await {
  /** Leaves the processor to what is awaited. */
  private static final long PAUSE_NANOS = 1_000_000;

  private Await() {}

  /** A condition that is checked repeatedly. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * Waits until the condition is true.
   *
   * @throws InterruptedException when the timeout of the test has passed
   */
  public static void until(Condition condition) throws Exception {
    while (!condition.holds()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("it did not happen");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
