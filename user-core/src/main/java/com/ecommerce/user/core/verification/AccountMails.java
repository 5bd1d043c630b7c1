package com.ecommerce.user.core.verification;

import com.ecommerce.user.core.account.AccountObserver;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.credential.PasswordObserver;
import com.ecommerce.user.core.credential.SignInObserver;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.CombinedStatement;
import com.ecommerce.user.core.internal.WindowLimits;
import com.ecommerce.user.core.internal.WindowLimits.Window;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.mail.MailLimit;
import com.ecommerce.user.core.mail.MailLimits;
import com.ecommerce.user.core.mail.MailOutbox;
import com.ecommerce.user.core.value.UserId;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * Queues the mails that changes of accounts and passwords and unusual sign-ins cause, in the
 * transaction of the change, and voids the links that they outdate. Thread-safe.
 */
public final class AccountMails implements AccountObserver, PasswordObserver, SignInObserver {
  /** Of one user, whatever the addresses. */
  private static final Window CHANGES = Window.hourly("EMAIL_CHANGE", 20);

  private final Tokens tokens;
  private final MailOutbox outbox;
  private final MailLimits mailLimits;
  private final WindowLimits limits;

  /** For {@code UserCore}. */
  public AccountMails(
      Tokens tokens, MailOutbox outbox, MailLimits mailLimits, WindowLimits limits) {
    this.tokens = tokens;
    this.outbox = outbox;
    this.mailLimits = mailLimits;
    this.limits = limits;
  }

  /** A registration beyond the limit of the mailbox is made all the same, without a mail. */
  @Override
  public void onCreating(CombinedStatement creation, User user) {
    if (!user.emailVerified()) {
      var purpose = TokenPurpose.VERIFY_EMAIL;
      Instant now = user.audit().createdAt();
      String allowed =
          mailLimits.tryConsume(creation, MailLimit.REGISTRATION_LINK, user.email(), now);
      var token = tokens.issueFirst(creation, allowed, purpose, user.id(), user.email(), now);
      outbox.queueLink(creation, allowed, MailKind.VERIFY_EMAIL, user.id(), user.email(), token);
    }
  }

  /**
   * @throws UserServiceException with {@code RATE_LIMITED} when the email is changed more than 20
   *     times an hour: each time a mail goes to an address of the caller's choice
   */
  @Override
  public void onUpdated(Handle tx, Call call, User before, User after) {
    boolean newEmail = !after.email().equals(before.email());
    boolean newPending = !after.pendingEmail().equals(before.pendingEmail());
    if (newEmail || newPending) {
      tokens.voidOutdatedVerifications(tx, after);
    }
    if (newEmail) {
      // They are in a mailbox that is the user's no more.
      tokens.voidResets(tx, after.id());
    }
    if (newEmail && !after.emailVerified()) {
      requireFewChanges(tx, after);
      queueVerification(tx, after, after.email());
    }
    if (newPending) {
      after
          .pendingEmail()
          .ifPresent(
              wanted -> {
                requireFewChanges(tx, after);
                queueVerification(tx, after, wanted);
                outbox.queueEmailChangeRequested(tx, after.id(), after.email(), wanted);
              });
    }
  }

  private void requireFewChanges(Handle tx, User user) {
    limits
        .tryConsume(tx, CHANGES, WindowLimits.subject(user.id()), user.audit().updatedAt())
        .ifPresent(
            wait -> {
              throw UserServiceException.retryLater(
                  ErrorReason.RATE_LIMITED,
                  "too many changes of the email (expected: at most 20 an hour)",
                  wait);
            });
  }

  /**
   * A change beyond the limit of the mailbox is made all the same, without a mail. No token is
   * issued then: it would void the one of an earlier mail.
   */
  private void queueVerification(Handle tx, User user, Email email) {
    Instant now = user.audit().updatedAt();
    if (mailLimits.tryConsume(tx, MailLimit.CHANGE_LINK, email, now).isEmpty()) {
      var token = tokens.issue(tx, TokenPurpose.VERIFY_EMAIL, user.id(), email, false, now);
      outbox.queueLink(tx, MailKind.VERIFY_EMAIL, user.id(), email, token);
    }
  }

  @Override
  public void onDeleted(Handle tx, Call call, User user) {
    outbox.dropReset(tx, user.email());
  }

  @Override
  public void onPasswordChanged(Handle tx, Call call, UserId user, boolean byReset) {
    tokens.voidResets(tx, user);
    outbox.queueNotice(tx, MailKind.PASSWORD_CHANGED, user);
  }

  @Override
  public void onNewOrigin(Handle tx, Call call, UserId user, String deviceName) {
    outbox.queueNewSignIn(tx, user, deviceName, call.clientNetwork());
  }

  @Override
  public void onGuessing(Handle tx, Call call, UserId user) {
    outbox.queuePasswordGuessing(tx, user);
  }
}
