package com.ecommerce.user.core.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions that other threads or processes make true. */
public final class Await {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Leaves the processor to what is awaited. */
  private static final long PAUSE_NANOS = 1_000_000;

  private Await() {}

  /** A condition that is checked repeatedly. */
  @FunctionalInterface
  public interface Condition<E extends Exception> {
    boolean holds() throws E;
  }

  /**
   * Waits until the condition is true.
   *
   * @throws AssertionError if the timeout of the test or three minutes have passed
   */
  public static <E extends Exception> void until(Condition<E> condition) throws E {
    long begin = System.nanoTime();
    while (!condition.holds()) {
      if (Thread.interrupted() || System.nanoTime() - begin > LIMIT.toNanos()) {
        throw new AssertionError("it did not happen");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
