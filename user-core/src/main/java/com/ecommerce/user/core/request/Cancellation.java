package com.ecommerce.user.core.request;

import com.ecommerce.user.core.error.ErrorReason;
import java.util.Optional;

/** Notifies a running call that its answer is no longer needed. Implementations are thread-safe. */
public interface Cancellation {
  /** The cancellation of callers without a deadline that never cancel. */
  Cancellation NEVER =
      new Cancellation() {
        @Override
        public Optional<ErrorReason> reason() {
          return Optional.empty();
        }

        @Override
        public Registration onCancel(Runnable action) {
          return () -> {};
        }
      };

  /**
   * Returns empty until the call is cancelled, and from then on {@code DEADLINE_EXCEEDED} or {@code
   * CALL_CANCELLED}.
   */
  Optional<ErrorReason> reason();

  /**
   * Runs the action once when the call is cancelled, on a thread of the implementation's choice;
   * immediately if the call is already cancelled. The action may block briefly.
   */
  Registration onCancel(Runnable action);

  /**
   * The registration of an action. Closing it removes the action; one that is already running
   * continues.
   */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
