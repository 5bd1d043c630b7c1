package com.ecommerce.user.core.internal.verification;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.internal.account.Accounts;
import com.ecommerce.user.core.internal.mail.MailLimit;
import com.ecommerce.user.core.internal.mail.MailLimits;
import com.ecommerce.user.core.internal.mail.MailOutbox;
import com.ecommerce.user.core.mail.MailKind;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Queues links that verify the email or the pending email of an existing user. Thread-safe.
 *
 * <p>If another user already has the pending email, that user gets a notice in place of the link.
 * The rows written in both cases differ only in the kind of the mail, and both take the same time.
 */
public final class VerificationLinks {
  private final Clock clock;
  private final Tokens tokens;
  private final MailOutbox outbox;
  private final MailLimits limits;

  /** Creates the links, for {@code UserCore}. */
  public VerificationLinks(Clock clock, Tokens tokens, MailOutbox outbox, MailLimits limits) {
    this.clock = clock;
    this.tokens = tokens;
    this.outbox = outbox;
    this.limits = limits;
  }

  /**
   * Queues a link, in a transaction that has locked the user. Beyond the limit of the mailbox
   * nothing happens, since a new token would void that of an earlier mail.
   *
   * @param email the user's email, or the pending one
   * @return empty if a mail was queued; otherwise the time until one may be
   */
  Optional<Duration> queueIfAllowed(Handle tx, MailLimit limit, User user, Email email) {
    var wait = limits.tryConsume(tx, limit, email, clock.instant());
    if (wait.isEmpty()) {
      queue(tx, limit, user, email);
    }
    return wait;
  }

  private void queue(Handle tx, MailLimit limit, User user, Email email) {
    boolean requested = limit == MailLimit.VERIFICATION_LINK;
    var token = tokens.issue(tx, TokenPurpose.VERIFY_EMAIL, user.id(), email, requested);
    Accounts.owner(tx, email)
        .filter(owner -> !owner.equals(user.id()))
        .ifPresentOrElse(
            // The token never gets a secret, so nobody can use it.
            owner -> outbox.queue(tx, MailKind.EMAIL_WANTED, owner, email),
            () -> outbox.queueLink(tx, MailKind.VERIFY_EMAIL, user.id(), email, token));
  }
}
