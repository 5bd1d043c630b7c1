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
  /** Hears nothing. */
  MailObserver NONE = attempt -> Observation.NONE;

  /**
   * An attempt to send a mail.
   *
   * @param mail the mail's id, which is in its Message-ID, too
   * @param number 1 for the first attempt
   * @param cause the place in a trace that queued the mail
   */
  record Attempt(UUID mail, MailKind kind, int number, Optional<TraceParent> cause) {}

  /** The observation of one attempt; closed at its end. */
  interface Observation extends AutoCloseable {
    /** Hears nothing. */
    Observation NONE =
        new Observation() {
          @Override
          public WorkObserver work() {
            return WorkObserver.NONE;
          }

          @Override
          public void failed(Exception failure) {
            // Nobody asked.
          }

          @Override
          public void close() {
            // Nothing was opened.
          }
        };

    /** Returns the observer of the work that is done for the attempt. */
    WorkObserver work();

    /**
     * The mail was not sent.
     *
     * @param failure its message may have personal data
     */
    void failed(Exception failure);

    @Override
    void close();
  }

  /** Is called when an attempt begins. */
  Observation begin(Attempt attempt);
}
