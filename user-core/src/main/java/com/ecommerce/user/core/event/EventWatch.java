package com.ecommerce.user.core.event;

/** A running watch of the event log. Thread-safe. */
public interface EventWatch extends AutoCloseable {
  /** Tells the watch that its receiver can take more events. Never blocks. */
  void signal();

  /**
   * Ends the watch with a failure, which its receiver takes when it takes nothing else.
   *
   * @param failure the reason
   */
  void fail(Throwable failure);

  /** Ends the watch. A call of the receiver that is running ends by itself. */
  @Override
  void close();
}
