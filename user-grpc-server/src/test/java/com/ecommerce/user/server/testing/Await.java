package com.ecommerce.user.server.testing;

/** Waits for conditions, until the timeout of the test ends. */
public final class Await {
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
      Thread.onSpinWait();
    }
  }
}
