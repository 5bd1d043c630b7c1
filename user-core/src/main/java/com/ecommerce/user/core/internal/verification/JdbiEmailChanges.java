package com.ecommerce.user.core.internal.verification;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.internal.account.Accounts;
import com.ecommerce.user.core.internal.credential.JdbiPasswords;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.mail.MailOutbox;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.verification.EmailChanges;
import org.jdbi.v3.core.Handle;

/** Implements {@link EmailChanges} with Jdbi. */
public final class JdbiEmailChanges implements EmailChanges {
  private final Database database;
  private final Accounts accounts;
  private final JdbiPasswords passwords;
  private final Tokens tokens;
  private final MailOutbox outbox;

  /** Creates the use cases, for {@code UserCore}. */
  public JdbiEmailChanges(
      Database database,
      Accounts accounts,
      JdbiPasswords passwords,
      Tokens tokens,
      MailOutbox outbox) {
    this.database = database;
    this.accounts = accounts;
    this.passwords = passwords;
    this.tokens = tokens;
    this.outbox = outbox;
  }

  @Override
  public UserId stop(RequestContext call, String token) {
    requireNonNull(call, "call");
    requireNonNull(token, "token");
    return database.inTransaction(call, tx -> stop(tx, call, token));
  }

  private UserId stop(Handle tx, RequestContext call, String secret) {
    var token = tokens.findForUpdate(tx, TokenPurpose.STOP_EMAIL_CHANGE, secret);
    if (token.isUsed()) {
      return token.user();
    }
    tokens.requireLive(token);
    // The token is marked as used first, since dropping the pending email voids unused tokens.
    tokens.markUsed(tx, token);
    accounts.dropPendingEmail(tx, call, accounts.lock(tx, token.user()));
    return token.user();
  }

  @Override
  public Undone undo(RequestContext call, String token) {
    requireNonNull(call, "call");
    requireNonNull(token, "token");
    return database.inTransaction(call, tx -> undo(tx, call, token));
  }

  private Undone undo(Handle tx, RequestContext call, String secret) {
    var token = tokens.findForUpdate(tx, TokenPurpose.UNDO_EMAIL_CHANGE, secret);
    tokens.requireLive(token);
    tokens.markUsed(tx, token);
    passwords.remove(tx, call, token.user());
    deleteUnproven(tx, call, token);
    accounts.restoreEmail(tx, call, token.user(), token.email());
    tokens.voidUndosSince(tx, token);
    outbox.dropVoidLinks(tx, token.user());
    return new Undone(token.user(), issueReset(tx, token));
  }

  /**
   * Deletes the account that took the address in the meantime and never verified it. Otherwise, an
   * attacker who repeatedly registers with the address could keep its owner out. An account that an
   * admin has closed is kept.
   */
  private void deleteUnproven(Handle tx, RequestContext call, Token undo) {
    Accounts.owner(tx, undo.email())
        .filter(owner -> !owner.equals(undo.user()))
        .map(owner -> accounts.lock(tx, owner))
        .filter(owner -> owner.email().equals(undo.email()) && mayBeDeleted(owner))
        .ifPresent(owner -> accounts.deleteForMailbox(tx, call, owner));
  }

  private static boolean mayBeDeleted(User user) {
    return !user.emailVerified()
        && (user.status().isOpen() || user.status() == UserStatus.DEACTIVATED);
  }

  /**
   * Issues one token with two secrets: one for the page that follows, and one for a mail in case
   * the user closes the page.
   */
  private String issueReset(Handle tx, Token undo) {
    var reset = tokens.issue(tx, TokenPurpose.RESET_PASSWORD, undo.user(), undo.email(), false);
    outbox.queueLink(tx, MailKind.RESET_PASSWORD, undo.user(), undo.email(), reset);
    return tokens.mint(tx, reset).secret();
  }
}
