package com.ecommerce.user.core.mail;

import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.request.WorkObserver;
import java.util.Optional;
import java.util.UUID;

/**
 * A listener for attempts to send a mail, for example to trace them. Implementations are
 * thread-safe, return immediately and throw nothing.
 */
@FunctionalInterface
public interface MailObserver {
  /** An observer that does nothing. */
  MailObserver NONE = attempt -> Observation.NONE;

  /**
   * An attempt to send a mail.
   *
   * @param mail the id of the mail, which is also in its Message-ID
   * @param number 1 for the first attempt
   * @param cause the place in a trace that queued the mail
   */
  record Attempt(UUID mail, MailKind kind, int number, Optional<TraceParent> cause) {}

  /** The observation of one attempt; closed at its end. */
  interface Observation extends AutoCloseable {
    /** An observation that does nothing. */
    Observation NONE =
        new Observation() {
          @Override
          public WorkObserver work() {
            return WorkObserver.NONE;
          }

          @Override
          public void failed(Exception failure) {
            // Not observed.
          }

          @Override
          public void close() {
            // Not observed.
          }
        };

    /** Returns the observer of the work that is done for the attempt. */
    WorkObserver work();

    /**
     * Called if the mail was not sent.
     *
     * @param failure the reason, whose message may contain personal data
     */
    void failed(Exception failure);

    @Override
    void close();
  }

  /** Called when an attempt begins. */
  Observation begin(Attempt attempt);
}
