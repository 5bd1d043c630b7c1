package com.ecommerce.user.core.mail;

/** The delivery of queued mails by this process. Thread-safe. */
public interface MailDelivery {
  /**
   * Sends the mails that are due, on the calling thread, after those that are being sent. Stops if
   * the mail server turns out to be unavailable.
   *
   * @return the number of mails that were sent
   */
  int sendDue();

  /** Returns the number of mails that this process has sent. */
  long sent();

  /** Returns the number of attempts of this process to send a mail that failed. */
  long failedAttempts();
}
