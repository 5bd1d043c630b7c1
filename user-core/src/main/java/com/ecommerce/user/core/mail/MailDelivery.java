package com.ecommerce.user.core.mail;

/** The delivery of queued mails by this process. Thread-safe. */
public interface MailDelivery {
  /**
   * Sends the mails that are due, on the calling thread. Waits until mails that another thread is
   * sending are sent. Stops if the mail server is unavailable.
   *
   * @return the number of mails that were sent
   */
  int sendDue();

  /** Returns the number of mails that this process has sent. */
  long sent();

  /** Returns the number of attempts of this process to send a mail that failed. */
  long failedAttempts();
}
