package com.ecommerce.user.core.mail;

import com.ecommerce.user.core.value.UserId;
import java.time.Duration;
import java.util.Set;

/**
 * Hands mails over for delivery. Implementations are thread-safe. The embedder closes a transport
 * that needs closing.
 */
@FunctionalInterface
public interface MailTransport {
  /**
   * The longest time that sending one mail may take: after that, another worker may send the same
   * mail.
   */
  Duration LONGEST = Duration.ofMinutes(8);

  /**
   * Sends one mail. Blocks, for less than {@link #LONGEST}.
   *
   * @throws MailException if the mail was not accepted; only a permanent failure ends the attempts
   */
  void send(Mail mail) throws MailException;

  /**
   * Returns the users whose mails this transport keeps, so that those of deleted users can be
   * deleted. Most transports keep none.
   */
  default Set<UserId> keptFor() {
    return Set.of();
  }

  /**
   * Deletes the mails that this transport keeps for the given users, who were deleted.
   *
   * @return the number of deleted mails
   */
  default int forget(Set<UserId> users) {
    return 0;
  }
}
