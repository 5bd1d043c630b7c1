package com.ecommerce.user.core.internal.verification;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.internal.account.AccountListener;
import com.ecommerce.user.core.internal.mail.MailOutbox;
import com.ecommerce.user.core.request.RequestContext;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Mails a user's verified address when a change of the email is requested and when it is completed,
 * in the transaction of the change. The links in these mails are for {@link JdbiEmailChanges}.
 * Thread-safe.
 */
public final class EmailChangeLinks implements AccountListener {
  private final Tokens tokens;
  private final MailOutbox outbox;

  /** Creates a listener, for {@code UserCore}. */
  public EmailChangeLinks(Tokens tokens, MailOutbox outbox) {
    this.tokens = tokens;
    this.outbox = outbox;
  }

  @Override
  public void onUpdated(Handle tx, RequestContext call, User before, User after) {
    boolean newEmail = !after.email().equals(before.email());
    boolean newPending = !after.pendingEmail().equals(before.pendingEmail());
    if (newEmail) {
      tokens.voidUndosTo(tx, after.id(), after.email());
      if (before.pendingEmail().equals(Optional.of(after.email()))) {
        sendUndo(tx, before, after);
      }
    }
    if (newPending) {
      after
          .pendingEmail()
          .ifPresentOrElse(
              wanted -> sendStop(tx, after, wanted), () -> tokens.voidStops(tx, after.id()));
      // This includes links that the change itself has outdated.
      outbox.dropVoidLinks(tx, after.id());
    }
  }

  /** Voids the links that a change of the email by an import has outdated. */
  @Override
  public void onImported(
      Handle tx, RequestContext call, Optional<User> before, User after, boolean sendsMails) {
    if (before.filter(user -> !user.email().equals(after.email())).isPresent()) {
      tokens.voidUndosTo(tx, after.id(), after.email());
    }
    if (before.filter(user -> !user.pendingEmail().equals(after.pendingEmail())).isPresent()) {
      tokens.voidStops(tx, after.id());
      outbox.dropVoidLinks(tx, after.id());
    }
  }

  private void sendStop(Handle tx, User user, Email wanted) {
    var token =
        tokens.issueBeside(
            tx, TokenPurpose.STOP_EMAIL_CHANGE, user.id(), user.email(), user.audit().updatedAt());
    outbox.queueEmailChangePending(tx, user.id(), user.email(), wanted, token);
  }

  private void sendUndo(Handle tx, User before, User after) {
    var token =
        tokens.issueBeside(
            tx,
            TokenPurpose.UNDO_EMAIL_CHANGE,
            after.id(),
            before.email(),
            after.audit().updatedAt());
    outbox.queueEmailChanged(tx, after.id(), before.email(), after.email(), token);
  }
}
