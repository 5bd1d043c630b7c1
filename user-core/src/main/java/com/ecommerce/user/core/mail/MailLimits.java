package com.ecommerce.user.core.mail;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.internal.CombinedStatement;
import com.ecommerce.user.core.internal.WindowLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Keeps anybody from flooding a mailbox by way of this service: whoever causes the mails, and for
 * whichever user, they count for the mailbox that they go to. What counts is the address without
 * its plus tag, which leads to the same mailbox. A deleted user's mailbox stays counted.
 * Thread-safe.
 */
public final class MailLimits {
  private final WindowLimits limits;

  /** For {@code UserCore}. */
  public MailLimits(WindowLimits limits) {
    this.limits = limits;
  }

  /**
   * Counts one more mail if the mailbox may have it.
   *
   * @return empty when the mail may go; else how long until it might
   */
  public Optional<Duration> tryConsume(Handle tx, MailLimit limit, Email recipient, Instant now) {
    return limits.tryConsume(tx, limit.window(), subject(recipient), now);
  }

  /**
   * As the other one, within a statement.
   *
   * @return the name of a part that has a row when the mail may go, and else none
   */
  public String tryConsume(
      CombinedStatement change, MailLimit limit, Email recipient, Instant now) {
    return limits.tryConsume(change, limit.window(), subject(recipient), now);
  }

  private static String subject(Email recipient) {
    return "email:" + recipient.withoutTag().address();
  }
}
