package com.ecommerce.user.core.internal.verification;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.account.Accounts;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.IdempotentWrites;
import com.ecommerce.user.core.internal.mail.MailLimit;
import com.ecommerce.user.core.internal.session.SessionTerminator;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.verification.Confirmation;
import com.ecommerce.user.core.verification.EmailVerifications;
import com.ecommerce.user.core.verification.MailRequest;
import com.ecommerce.user.core.verification.MailboxClaim;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Implements {@link EmailVerifications} with Jdbi. */
public final class JdbiEmailVerifications implements EmailVerifications {
  private static final MailRequest VERIFIED =
      new MailRequest(false, "The email is verified already.");
  private static final MailRequest ON_ITS_WAY =
      new MailRequest(true, "A mail with a link to verify the email is on its way.");

  private final Database database;
  private final IdempotentWrites writes;
  private final Accounts accounts;
  private final Tokens tokens;
  private final VerificationLinks links;
  private final Registrations registrations;
  private final SessionTerminator sessions;
  private final LinkRequests requests;

  /** Creates the use cases, for {@code UserCore}. */
  public JdbiEmailVerifications(
      Database database,
      IdempotentWrites writes,
      Accounts accounts,
      Tokens tokens,
      VerificationLinks links,
      Registrations registrations,
      SessionTerminator sessions,
      LinkRequests requests) {
    this.database = database;
    this.writes = writes;
    this.accounts = accounts;
    this.tokens = tokens;
    this.links = links;
    this.registrations = registrations;
    this.sessions = sessions;
    this.requests = requests;
  }

  @Override
  public MailRequest request(RequestContext call, UserId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return writes.inTransaction(
        call,
        tx -> request(tx, call, accounts.lock(tx, id)),
        tx -> isVerified(accounts.get(tx, id)) ? VERIFIED : ON_ITS_WAY);
  }

  private static boolean isVerified(User user) {
    return user.emailVerified() && user.pendingEmail().isEmpty();
  }

  private MailRequest request(Handle tx, RequestContext call, User user) {
    if (isVerified(user)) {
      return VERIFIED;
    }
    var email = user.pendingEmail().orElse(user.email());
    links
        .queueIfAllowed(tx, MailLimit.VERIFICATION_LINK, user, email)
        .ifPresent(
            wait -> {
              throw tooMany(wait);
            });
    requests.record(tx, call, EventType.VERIFICATION_REQUESTED, user.id());
    return ON_ITS_WAY;
  }

  private static UserServiceException tooMany(Duration wait) {
    return UserServiceException.retryLater(
        ErrorReason.RATE_LIMITED,
        "too many verification mails (expected: at most one a minute and five an hour)",
        wait);
  }

  @Override
  public UserId confirm(RequestContext call, String token) {
    return confirmEmail(call, token).user();
  }

  @Override
  public Confirmation confirmEmail(RequestContext call, String token) {
    requireNonNull(call, "call");
    requireNonNull(token, "token");
    // Confirming a token that was used already has no effect.
    return writes.inTransaction(
        call, tx -> confirm(tx, call, token), tx -> confirm(tx, call, token));
  }

  private Confirmation confirm(Handle tx, RequestContext call, String secret) {
    var token = tokens.findForUpdate(tx, TokenPurpose.VERIFY_EMAIL, secret);
    if (token.isUsed()) {
      return new Confirmation(token.user(), 0);
    }
    tokens.requireLive(token);
    // The token is marked as used first, since the change of the email voids unused tokens.
    tokens.markUsed(tx, token);
    boolean isFirst = !accounts.lock(tx, token.user()).emailVerified();
    var user =
        accounts.confirmEmail(tx, call, token.user(), token.email()).orElseThrow(Tokens::invalid);
    return new Confirmation(user.id(), isFirst ? firstProof(tx, call, user.id()) : 0);
  }

  private int firstProof(Handle tx, RequestContext call, UserId user) {
    boolean isFamiliar = registrations.isFamiliar(tx, call, user);
    registrations.forget(tx, user);
    return isFamiliar ? 0 : sessions.endAllAtFirstProof(tx, call, user);
  }

  @Override
  public Optional<MailboxClaim> claim(RequestContext call, String token) {
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
    return accounts
        .find(handle, token.user())
        .map(
            user -> {
              boolean isNew = !user.emailVerified();
              return new MailboxClaim(
                  isNew,
                  isNew ? registrations.find(handle, user.id()) : Optional.empty(),
                  user.profile().timezone());
            });
  }

  @Override
  public void refuse(RequestContext call, String token) {
    requireNonNull(call, "call");
    requireNonNull(token, "token");
    database.useTransaction(call, tx -> refuse(tx, call, token));
  }

  private void refuse(Handle tx, RequestContext call, String secret) {
    var token = tokens.findForUpdate(tx, TokenPurpose.VERIFY_EMAIL, secret);
    tokens.requireLive(token);
    var user = accounts.lock(tx, token.user());
    if (user.emailVerified()) {
      accounts.dropPendingEmail(tx, call, user);
    } else {
      accounts.deleteForMailbox(tx, call, user);
    }
  }
}
