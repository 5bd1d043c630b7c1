package com.ecommerce.user.core.verification;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.mail.MailLimit;
import com.ecommerce.user.core.session.SessionEnds;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Proves by mail that users own their addresses. Thread-safe; the methods block. */
public final class EmailVerifications {
  private final Database database;
  private final Clock clock;
  private final Users users;
  private final Tokens tokens;
  private final VerificationLinks links;
  private final Registrations registrations;
  private final SessionEnds sessions;

  /** For {@code UserCore}, which is the way to get one. */
  public EmailVerifications(
      Database database,
      Clock clock,
      Users users,
      Tokens tokens,
      VerificationLinks links,
      Registrations registrations,
      SessionEnds sessions) {
    this.database = database;
    this.clock = clock;
    this.users = users;
    this.tokens = tokens;
    this.links = links;
    this.registrations = registrations;
    this.sessions = sessions;
  }

  /**
   * Queues a mail with a link that verifies the pending email, or else the email. Mails that are
   * sent without a request are counted separately.
   *
   * @return not sent when the email is verified and no other is pending
   * @throws UserServiceException with {@code USER_NOT_FOUND}; with {@code RATE_LIMITED} when more
   *     than one a minute or five an hour are requested for the same mailbox
   */
  public MailRequest request(Call call, UserId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return database.inTransaction(call, tx -> request(tx, users.lock(tx, id)));
  }

  private MailRequest request(Handle tx, User user) {
    if (user.emailVerified() && user.pendingEmail().isEmpty()) {
      return new MailRequest(false, "The email is verified already.");
    }
    var email = user.pendingEmail().orElse(user.email());
    links
        .queueIfAllowed(tx, MailLimit.VERIFICATION_LINK, user, email, clock.instant())
        .ifPresent(
            wait -> {
              throw tooMany(wait);
            });
    return new MailRequest(true, "A mail with a link to verify the email is on its way.");
  }

  private static UserServiceException tooMany(Duration wait) {
    return UserServiceException.retryLater(
        ErrorReason.RATE_LIMITED,
        "too many verification mails (expected: at most one a minute and five an hour)",
        wait);
  }

  /**
   * Does the same as {@link #confirmEmail}, for callers who only need the user.
   *
   * @return the user whose email was confirmed
   */
  public UserId confirm(Call call, String token) {
    return confirmEmail(call, token).user();
  }

  /**
   * Verifies the address that the token was mailed to. A pending one becomes the email; a user who
   * is {@code PENDING_VERIFICATION} becomes {@code ACTIVE}, other statuses stay. The same token
   * again after success is fine, for a week at least.
   *
   * <p>The first proof of an account's mailbox ends all sessions, since somebody else may have
   * created the account, unless it comes with a session of the user or from the network that
   * registered.
   *
   * @throws UserServiceException with {@code TOKEN_INVALID} or {@code TOKEN_EXPIRED}; with {@code
   *     EMAIL_TAKEN} when another user has the pending email meanwhile
   */
  public Confirmation confirmEmail(Call call, String token) {
    requireNonNull(call, "call");
    requireNonNull(token, "token");
    return database.inTransaction(call, tx -> confirm(tx, call, token));
  }

  private Confirmation confirm(Handle tx, Call call, String secret) {
    var token = tokens.findForUpdate(tx, TokenPurpose.VERIFY_EMAIL, secret);
    if (token.isUsed()) {
      return new Confirmation(token.user(), 0);
    }
    tokens.requireLive(token);
    // Used before the email changes, which voids what is not.
    tokens.markUsed(tx, token);
    boolean isFirst = !users.lock(tx, token.user()).emailVerified();
    var user =
        users.confirmEmail(tx, call, token.user(), token.email()).orElseThrow(Tokens::invalid);
    return new Confirmation(user.id(), isFirst ? firstProof(tx, call, user.id()) : 0);
  }

  private int firstProof(Handle tx, Call call, UserId user) {
    boolean isFamiliar = registrations.isFamiliar(tx, call, user);
    registrations.forget(tx, user);
    return isFamiliar ? 0 : sessions.endAllAtFirstProof(tx, call, user);
  }

  /**
   * Returns the claim that a link to verify an email makes. Changes nothing.
   *
   * @return empty if the link is not valid
   */
  public Optional<MailboxClaim> claim(Call call, String token) {
    requireNonNull(call, "call");
    requireNonNull(token, "token");
    return database.readSnapshot(
        call,
        handle ->
            tokens
                .findLive(handle, TokenPurpose.VERIFY_EMAIL, token)
                .flatMap(live -> claim(handle, live)));
  }

  private Optional<MailboxClaim> claim(Handle handle, Token token) {
    return users
        .find(handle, token.user())
        .map(
            user ->
                user.emailVerified()
                    ? new MailboxClaim(false, Optional.empty())
                    : new MailboxClaim(true, registrations.find(handle, user.id())));
  }

  /**
   * Refuses the email that a link would verify, for the owner of the mailbox: deletes an account
   * whose email was never verified, or drops the pending email of another account.
   *
   * @throws UserServiceException with {@code TOKEN_INVALID} or {@code TOKEN_EXPIRED}; with {@code
   *     USER_SUSPENDED} or {@code USER_BANNED} for an account that an admin has closed
   */
  public void refuse(Call call, String token) {
    requireNonNull(call, "call");
    requireNonNull(token, "token");
    database.useTransaction(call, tx -> refuse(tx, call, token));
  }

  private void refuse(Handle tx, Call call, String secret) {
    var token = tokens.findForUpdate(tx, TokenPurpose.VERIFY_EMAIL, secret);
    tokens.requireLive(token);
    var user = users.lock(tx, token.user());
    if (user.emailVerified()) {
      users.dropPendingEmail(tx, call, user);
    } else {
      users.deleteForMailbox(tx, call, user);
    }
  }
}
