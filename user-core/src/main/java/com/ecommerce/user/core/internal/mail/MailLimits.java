package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.internal.db.MultiTableStatement;
import com.ecommerce.user.core.internal.db.WindowLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Limits the mails to a mailbox, so that nobody can flood it through this service. All mails to the
 * mailbox count, regardless of who causes them and for which user. A mailbox is an address without
 * its plus tag. Mails of deleted users still count. Thread-safe.
 */
public final class MailLimits {
  private final WindowLimits limits;

  /** Creates the limits, for {@code UserCore}. */
  public MailLimits(WindowLimits limits) {
    this.limits = limits;
  }

  /**
   * Counts one more mail if the limit of the mailbox allows it.
   *
   * @return empty if the mail may be sent; otherwise the time until it may
   */
  public Optional<Duration> tryConsume(Handle tx, MailLimit limit, Email recipient, Instant now) {
    return limits.tryConsume(tx, limit.window(), subject(recipient), now);
  }

  /**
   * Does the same as a part of a multi-table insert.
   *
   * @return the name of a part that returns a row if the mail may be sent, and none otherwise
   */
  public String tryConsume(
      MultiTableStatement change, MailLimit limit, Email recipient, Instant now) {
    return limits.tryConsume(change, limit.window(), subject(recipient), now);
  }

  private static String subject(Email recipient) {
    return "email:" + recipient.withoutTag().address();
  }
}
