package com.ecommerce.user.core.event;

/** A running watch of the event log. Thread-safe. */
public interface EventWatch extends AutoCloseable {
  /** Tells the watch that its receiver can take more events. Never blocks. */
  void signal();

  /**
   * Ends the watch with a failure, which is passed to the receiver after any call of it that is
   * running. Never blocks.
   *
   * @param failure the reason
   */
  void fail(Throwable failure);

  /** Ends the watch. Does not wait for a call of the receiver that is running. */
  @Override
  void close();
}
