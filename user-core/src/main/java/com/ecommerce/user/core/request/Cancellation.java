package com.ecommerce.user.core.request;

import com.ecommerce.user.core.error.ErrorReason;
import java.util.Optional;

/** Tells a running call that its answer is no longer wanted. Implementations are thread-safe. */
public interface Cancellation {
  /** For callers without a deadline who never give up. */
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
   * Empty while the answer is wanted, then {@code DEADLINE_EXCEEDED} or {@code CALL_CANCELLED} for
   * good.
   */
  Optional<ErrorReason> reason();

  /**
   * Runs the action once, on a thread of the implementation's choice, when the call is cancelled;
   * at once if it is already. The action may block briefly.
   */
  Registration onCancel(Runnable action);

  /** Ends the interest in a cancellation. An action that is already running goes on. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
