package com.ecommerce.user.core.mail;

import java.time.Duration;

/**
 * Hands mails over to whoever delivers them. Implementations are thread-safe; whoever makes one
 * closes it, if it needs closing.
 */
@FunctionalInterface
public interface MailTransport {
  /** How long sending one mail may take: after that another worker may send the same mail. */
  Duration LONGEST = Duration.ofMinutes(8);

  /**
   * Sends one mail. Blocks, for less than {@link #LONGEST}.
   *
   * @throws MailException when it was not taken over; only a permanent failure ends the attempts
   */
  void send(Mail mail) throws MailException;
}
