package com.ecommerce.user.server.testing;

/** Waits for what happens elsewhere; the test's own time-out ends it. */
public final class Await {
  private Await() {}

  /** Something to look at again and again. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * @throws InterruptedException when the test's time is over
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
