package com.ecommerce.user.core.event;

import com.ecommerce.user.core.error.UserServiceException;

/** Receives events, on one thread at a time. The methods must not block. */
public interface EventReceiver {
  /**
   * Returns whether the receiver can take more now. While it cannot, no events are queued for it.
   * The receiver must call {@link EventWatch#signal} when it can take more again.
   */
  boolean isReady();

  /** Takes an event. Called only after {@link #isReady} returned true. */
  void onEvent(UserEvent event);

  /**
   * Takes a position: all events up to it that pass the filter have been received. Called at the
   * start, and when nothing else was sent for {@link UserEvents#HEARTBEAT}.
   */
  void onPosition(EventPosition position);

  /** Called about every {@link UserEvents#HEARTBEAT}, to check whether the watch may continue. */
  default void onCheck() {}

  /**
   * Takes the failure with which the watch ends: a {@link UserServiceException}, or a defect.
   * Nothing else is called afterwards.
   */
  void onFailure(Throwable failure);
}
