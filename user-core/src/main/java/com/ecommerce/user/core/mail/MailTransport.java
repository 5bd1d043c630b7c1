package com.ecommerce.user.core.mail;

/**
 * Hands mails over to whoever delivers them. Implementations are thread-safe; whoever makes one
 * closes it, if it needs closing.
 */
@FunctionalInterface
public interface MailTransport {
  /**
   * Sends one mail. Blocks, for less than three minutes: after that another worker may send the
   * same mail.
   *
   * @throws MailException when it was not taken over; only a permanent failure ends the attempts
   */
  void send(Mail mail) throws MailException;
}
