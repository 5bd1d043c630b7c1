package com.ecommerce.user.core.verification;

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
 * Lets the owner of an account stop a change of its email, or take it back, from the mailbox that
 * is to lose it. Thread-safe; the methods block.
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
   * A user who has the email of before again, and no password. Secret: {@link #toString} masks the
   * token.
   *
   * @param resetToken sets a new password, once; see {@link PasswordResets}
   */
  public record Undone(UserId user, String resetToken) {
    @Override
    public String toString() {
      return "Undone[" + user + "]";
    }
  }

  /**
   * Drops the pending email with its token and queued mail. Any link that was sent for a pending
   * email drops the one that is pending now. The same token again after success is fine, as long as
   * it would have lived.
   *
   * @return whose pending email it was
   * @throws UserServiceException with {@code TOKEN_INVALID}, also when no email is pending any
   *     more; with {@code TOKEN_EXPIRED}
   */
  public UserId stop(Call call, String token) {
    return database.inTransaction(call, tx -> stop(tx, call, token));
  }

  private UserId stop(Handle tx, Call call, String secret) {
    var token = tokens.findForUpdate(tx, TokenPurpose.STOP_EMAIL_CHANGE, secret);
    if (token.isUsed()) {
      return token.user();
    }
    tokens.requireLive(token);
    // Used before the pending email goes, which voids what is not.
    tokens.markUsed(tx, token);
    users.dropPendingEmail(tx, call, users.lock(tx, token.user()));
    return token.user();
  }

  /**
   * Gives the user the email back that the token was mailed to, as verified; drops a pending one,
   * ends all sessions, and removes the password, which somebody else may know. What lets the user
   * set a new one is in the result, and mailed, too. Changes of before can still be taken back;
   * those that came after cannot. The status stays, but for a user who is {@code
   * PENDING_VERIFICATION} and becomes {@code ACTIVE}.
   *
   * @throws UserServiceException with {@code TOKEN_INVALID} or {@code TOKEN_EXPIRED}; with {@code
   *     EMAIL_TAKEN} when another user has the email meanwhile, which leaves the token as it was
   */
  public Undone undo(Call call, String token) {
    return database.inTransaction(call, tx -> undo(tx, call, token));
  }

  private Undone undo(Handle tx, Call call, String secret) {
    var token = tokens.findForUpdate(tx, TokenPurpose.UNDO_EMAIL_CHANGE, secret);
    tokens.requireLive(token);
    tokens.markUsed(tx, token);
    passwords.remove(tx, call, token.user());
    users.restoreEmail(tx, call, token.user(), token.email());
    tokens.voidUndosSince(tx, token);
    outbox.dropVoidLinks(tx, token.user());
    return new Undone(token.user(), issueReset(tx, token));
  }

  /** One token with two secrets: of the page that follows, and of a mail for who closes it. */
  private String issueReset(Handle tx, Token undo) {
    var reset =
        tokens.issue(
            tx, TokenPurpose.RESET_PASSWORD, undo.user(), undo.email(), false, clock.instant());
    outbox.queueLink(tx, MailKind.RESET_PASSWORD, undo.user(), undo.email(), reset);
    return tokens.mint(tx, reset).secret();
  }
}
