package com.ecommerce.user.core.verification;

import com.ecommerce.user.core.account.AccountObserver;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.credential.PasswordObserver;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.mail.MailOutbox;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import org.jdbi.v3.core.Handle;

/**
 * Queues the mails that changes of accounts and passwords cause, in the transaction of the change,
 * and voids the links that they outdate. Thread-safe.
 */
public final class AccountMails implements AccountObserver, PasswordObserver {
  private final Clock clock;
  private final Tokens tokens;
  private final MailOutbox outbox;

  /** For {@code UserCore}. */
  public AccountMails(Clock clock, Tokens tokens, MailOutbox outbox) {
    this.clock = clock;
    this.tokens = tokens;
    this.outbox = outbox;
  }

  @Override
  public void onCreated(Handle tx, Call call, User user) {
    if (!user.emailVerified()) {
      queueVerification(tx, user.id(), user.email());
    }
  }

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
      queueVerification(tx, after.id(), after.email());
    }
    if (newPending) {
      after
          .pendingEmail()
          .ifPresent(
              wanted -> {
                queueVerification(tx, after.id(), wanted);
                outbox.queueEmailChangeRequested(tx, after.id(), after.email(), wanted);
              });
    }
  }

  private void queueVerification(Handle tx, UserId user, Email email) {
    var token = tokens.issue(tx, TokenPurpose.VERIFY_EMAIL, user, email, false, clock.instant());
    outbox.queueLink(tx, MailKind.VERIFY_EMAIL, user, email, token);
  }

  @Override
  public void onDeleted(Handle tx, Call call, User user) {
    outbox.dropReset(tx, user.email());
  }

  @Override
  public void onPasswordChanged(Handle tx, Call call, UserId user, boolean byReset) {
    tokens.voidResets(tx, user);
    outbox.queuePasswordChanged(tx, user);
  }
}
