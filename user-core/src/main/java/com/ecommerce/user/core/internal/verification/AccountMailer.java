package com.ecommerce.user.core.internal.verification;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.internal.account.AccountListener;
import com.ecommerce.user.core.internal.credential.PasswordListener;
import com.ecommerce.user.core.internal.credential.SignInListener;
import com.ecommerce.user.core.internal.db.MultiTableStatement;
import com.ecommerce.user.core.internal.mail.MailLimit;
import com.ecommerce.user.core.internal.mail.MailLimits;
import com.ecommerce.user.core.internal.mail.MailOutbox;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Queues mails about changes of accounts and passwords and about unusual sign-ins, in the
 * transaction of the change, and voids outdated links. Thread-safe.
 */
public final class AccountMailer implements AccountListener, PasswordListener, SignInListener {
  private final Clock clock;
  private final Tokens tokens;
  private final MailOutbox outbox;
  private final MailLimits mailLimits;
  private final VerificationLinks links;
  private final Registrations registrations;

  /** Creates a listener, for {@code UserCore}. */
  public AccountMailer(
      Clock clock,
      Tokens tokens,
      MailOutbox outbox,
      MailLimits mailLimits,
      VerificationLinks links,
      Registrations registrations) {
    this.clock = clock;
    this.tokens = tokens;
    this.outbox = outbox;
    this.mailLimits = mailLimits;
    this.links = links;
    this.registrations = registrations;
  }

  /**
   * Queues the mail of a registration. Beyond the limit of the mailbox, the user is created, but no
   * mail is sent.
   */
  @Override
  public void onCreating(MultiTableStatement creation, RequestContext call, User user) {
    if (!user.emailVerified()) {
      registrations.add(creation, call, user);
      var purpose = TokenPurpose.VERIFY_EMAIL;
      Instant now = user.audit().createdAt();
      String allowed =
          mailLimits.tryConsume(creation, MailLimit.REGISTRATION_LINK, user.email(), now);
      var token = tokens.issueFirst(creation, allowed, purpose, user.id(), user.email(), now);
      outbox.queueLink(creation, allowed, MailKind.VERIFY_EMAIL, user.id(), user.email(), token);
    }
  }

  /**
   * Queues a notice, which replaces the mail of the registration and counts against the same limit.
   */
  @Override
  public void onRegistrationOfTaken(Handle tx, UserId owner, Email email) {
    Instant now = clock.instant();
    if (mailLimits.tryConsume(tx, MailLimit.REGISTRATION_LINK, email, now).isEmpty()) {
      outbox.queue(tx, MailKind.REGISTRATION_ATTEMPTED, owner, email);
    }
  }

  @Override
  public void onUpdated(Handle tx, RequestContext call, User before, User after) {
    boolean newEmail = !after.email().equals(before.email());
    boolean newPending = !after.pendingEmail().equals(before.pendingEmail());
    voidVerifications(tx, before, after);
    if (newEmail) {
      // These links are in a mailbox that no longer belongs to the user.
      tokens.voidResets(tx, after.id());
    }
    if (newEmail && !after.emailVerified()) {
      links.queueIfAllowed(tx, MailLimit.CHANGE_LINK, after, after.email());
    }
    if (newPending) {
      after
          .pendingEmail()
          .ifPresent(wanted -> links.queueIfAllowed(tx, MailLimit.CHANGE_LINK, after, wanted));
    }
  }

  @Override
  public void onImported(
      Handle tx, RequestContext call, Optional<User> before, User after, boolean sendsMails) {
    if (before.isPresent()) {
      importChange(tx, before.get(), after, sendsMails);
    } else if (sendsMails && !after.emailVerified()) {
      links.queueIfAllowed(tx, MailLimit.REGISTRATION_LINK, after, after.email());
    }
  }

  private void importChange(Handle tx, User before, User after, boolean sendsMails) {
    boolean newEmail = !after.email().equals(before.email());
    voidVerifications(tx, before, after);
    if (newEmail) {
      tokens.voidResets(tx, after.id());
      if (sendsMails && !after.emailVerified()) {
        links.queueIfAllowed(tx, MailLimit.CHANGE_LINK, after, after.email());
      }
    }
  }

  /** Voids the links that a change of the email, of the pending one, or its proof has outdated. */
  private void voidVerifications(Handle tx, User before, User after) {
    boolean isSame =
        after.email().equals(before.email())
            && after.pendingEmail().equals(before.pendingEmail())
            && after.emailVerified() == before.emailVerified();
    if (!isSame) {
      tokens.voidOutdatedVerifications(tx, after);
    }
  }

  @Override
  public void onDeleted(Handle tx, RequestContext call, User user) {
    outbox.dropReset(tx, user.email());
  }

  @Override
  public void onPasswordChanged(Handle tx, RequestContext call, UserId user, boolean byReset) {
    tokens.voidResets(tx, user);
    outbox.queueNotice(tx, MailKind.PASSWORD_CHANGED, user);
  }

  @Override
  public void onPasswordImported(Handle tx, RequestContext call, UserId user, boolean sendsMails) {
    tokens.voidResets(tx, user);
    if (sendsMails) {
      outbox.queueNotice(tx, MailKind.PASSWORD_CHANGED, user);
    }
  }

  @Override
  public void onNewOrigin(Handle tx, RequestContext call, UserId user, String deviceName) {
    outbox.queueNewSignIn(tx, user, deviceName, call.clientNetwork());
  }

  @Override
  public void onGuessing(Handle tx, RequestContext call, UserId user) {
    outbox.queuePasswordGuessing(tx, user);
  }
}
