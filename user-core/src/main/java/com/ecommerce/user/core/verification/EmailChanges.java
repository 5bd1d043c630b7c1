package com.ecommerce.user.core.verification;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.mail.MailOutbox;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import org.jdbi.v3.core.Handle;

/**
 * Lets the owner of an account stop or undo a change of its email, with links that are mailed to
 * the previous address. Thread-safe; the methods block.
 */
public final class EmailChanges {
  private final Database database;
  private final Clock clock;
  private final Users users;
  private final Passwords passwords;
  private final Tokens tokens;
  private final MailOutbox outbox;

  /** For {@code UserCore}, which is the way to get one. */
  public EmailChanges(
      Database database,
      Clock clock,
      Users users,
      Passwords passwords,
      Tokens tokens,
      MailOutbox outbox) {
    this.database = database;
    this.clock = clock;
    this.users = users;
    this.passwords = passwords;
    this.tokens = tokens;
    this.outbox = outbox;
  }

  /**
   * A user whose previous email was restored, and who has no password. Secret: {@link #toString}
   * masks the token.
   *
   * @param resetToken a token that sets a new password once; see {@link PasswordResets}
   */
  public record Undone(UserId user, String resetToken) {
    @Override
    public String toString() {
      return "Undone[" + user + "]";
    }
  }

  /**
   * Drops the pending email with its token and queued mail. A link drops the email that is pending
   * now, even if it was sent for an earlier one. Using the same token again after success is fine
   * until it expires.
   *
   * @return the user whose pending email was dropped
   * @throws UserServiceException with {@code TOKEN_INVALID}, also when no email is pending any
   *     more; with {@code TOKEN_EXPIRED}
   */
  public UserId stop(Call call, String token) {
    requireNonNull(call, "call");
    requireNonNull(token, "token");
    return database.inTransaction(call, tx -> stop(tx, call, token));
  }

  private UserId stop(Handle tx, Call call, String secret) {
    var token = tokens.findForUpdate(tx, TokenPurpose.STOP_EMAIL_CHANGE, secret);
    if (token.isUsed()) {
      return token.user();
    }
    tokens.requireLive(token);
    // Marked as used first, since dropping the pending email voids unused tokens.
    tokens.markUsed(tx, token);
    users.dropPendingEmail(tx, call, users.lock(tx, token.user()));
    return token.user();
  }

  /**
   * Restores the email that the token was mailed to, as verified. Drops a pending email, ends all
   * sessions, and removes the password, which somebody else may know. The result contains a token
   * to set a new one, and a link for that is mailed as well. Earlier changes can still be undone,
   * later ones cannot. The status does not change, except that {@code PENDING_VERIFICATION} becomes
   * {@code ACTIVE}.
   *
   * <p>Deletes another account that took the address meanwhile and never verified it. The owner of
   * the mailbox could do the same with the link in the mail of that registration.
   *
   * @throws UserServiceException with {@code TOKEN_INVALID} or {@code TOKEN_EXPIRED}; with {@code
   *     EMAIL_TAKEN} when another user has verified the email meanwhile, or is suspended or banned,
   *     which leaves the token as it was
   */
  public Undone undo(Call call, String token) {
    requireNonNull(call, "call");
    requireNonNull(token, "token");
    return database.inTransaction(call, tx -> undo(tx, call, token));
  }

  private Undone undo(Handle tx, Call call, String secret) {
    var token = tokens.findForUpdate(tx, TokenPurpose.UNDO_EMAIL_CHANGE, secret);
    tokens.requireLive(token);
    tokens.markUsed(tx, token);
    passwords.remove(tx, call, token.user());
    deleteUnproven(tx, call, token);
    users.restoreEmail(tx, call, token.user(), token.email());
    tokens.voidUndosSince(tx, token);
    outbox.dropVoidLinks(tx, token.user());
    return new Undone(token.user(), issueReset(tx, token));
  }

  /**
   * Deletes the account that took the address meanwhile and never verified it: an attacker who
   * registers with the address again and again would keep its owner out. An account that an admin
   * closed stays.
   */
  private void deleteUnproven(Handle tx, Call call, Token undo) {
    Users.owner(tx, undo.email())
        .filter(owner -> !owner.equals(undo.user()))
        .map(owner -> users.lock(tx, owner))
        .filter(owner -> owner.email().equals(undo.email()) && mayBeDeleted(owner))
        .ifPresent(owner -> users.deleteForMailbox(tx, call, owner));
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
    var reset =
        tokens.issue(
            tx, TokenPurpose.RESET_PASSWORD, undo.user(), undo.email(), false, clock.instant());
    outbox.queueLink(tx, MailKind.RESET_PASSWORD, undo.user(), undo.email(), reset);
    return tokens.mint(tx, reset).secret();
  }
}
