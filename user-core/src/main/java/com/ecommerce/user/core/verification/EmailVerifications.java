package com.ecommerce.user.core.verification;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.mail.MailLimit;
import com.ecommerce.user.core.mail.MailLimits;
import com.ecommerce.user.core.mail.MailOutbox;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Proves by mail that users own their addresses. Thread-safe; the methods block. */
public final class EmailVerifications {
  private final Database database;
  private final Clock clock;
  private final Users users;
  private final Tokens tokens;
  private final MailOutbox outbox;
  private final MailLimits limits;

  /** For {@code UserCore}, which is the way to get one. */
  public EmailVerifications(
      Database database,
      Clock clock,
      Users users,
      Tokens tokens,
      MailOutbox outbox,
      MailLimits limits) {
    this.database = database;
    this.clock = clock;
    this.users = users;
    this.tokens = tokens;
    this.outbox = outbox;
    this.limits = limits;
  }

  /**
   * Queues a mail with a link that verifies the pending email, or else the email. The mails that go
   * out by themselves are counted apart.
   *
   * @return not sent when the email is verified and no other is pending
   * @throws UserServiceException with {@code USER_NOT_FOUND}; with {@code RATE_LIMITED} when more
   *     than one a minute or five an hour are asked for to the same mailbox
   */
  public MailRequest request(Call call, UserId id) {
    return database.inTransaction(call, tx -> request(tx, users.lock(tx, id)));
  }

  private MailRequest request(Handle tx, User user) {
    if (user.emailVerified() && user.pendingEmail().isEmpty()) {
      return new MailRequest(false, "The email is verified already.");
    }
    Instant now = clock.instant();
    var email = user.pendingEmail().orElse(user.email());
    limits
        .tryConsume(tx, MailLimit.VERIFICATION_LINK, email, now)
        .ifPresent(
            wait -> {
              throw tooMany(wait);
            });
    var token = tokens.issue(tx, TokenPurpose.VERIFY_EMAIL, user.id(), email, true, now);
    outbox.queueLink(tx, MailKind.VERIFY_EMAIL, user.id(), email, token);
    return new MailRequest(true, "A mail with a link to verify the email is on its way.");
  }

  private static UserServiceException tooMany(Duration wait) {
    return UserServiceException.retryLater(
        ErrorReason.RATE_LIMITED,
        "too many verification mails (expected: at most one a minute and five an hour)",
        wait);
  }

  /**
   * Verifies the address that the token was mailed to. A pending one becomes the email; a user who
   * is {@code PENDING_VERIFICATION} becomes {@code ACTIVE}, other statuses stay. The same token
   * again after success is fine, for a week at least.
   *
   * @return whose email it is
   * @throws UserServiceException with {@code TOKEN_INVALID} or {@code TOKEN_EXPIRED}; with {@code
   *     EMAIL_TAKEN} when another user has the pending email meanwhile
   */
  public UserId confirm(Call call, String token) {
    return database.inTransaction(call, tx -> confirm(tx, call, token));
  }

  private UserId confirm(Handle tx, Call call, String secret) {
    var token = tokens.findForUpdate(tx, TokenPurpose.VERIFY_EMAIL, secret);
    if (token.isUsed()) {
      return token.user();
    }
    tokens.requireLive(token);
    // Used before the email changes, which voids what is not.
    tokens.markUsed(tx, token);
    return users
        .confirmEmail(tx, call, token.user(), token.email())
        .map(User::id)
        .orElseThrow(Tokens::invalid);
  }
}
