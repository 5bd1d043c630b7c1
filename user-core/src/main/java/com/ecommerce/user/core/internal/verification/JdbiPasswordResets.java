package com.ecommerce.user.core.internal.verification;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.account.Accounts;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.internal.credential.JdbiPasswords;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.IdempotentWrites;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.internal.mail.MailOutbox;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.verification.MailRequest;
import com.ecommerce.user.core.verification.PasswordResets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;

/** Implements {@link PasswordResets} with Jdbi. */
public final class JdbiPasswordResets implements PasswordResets {
  /** The answer to every request, which does not reveal whether the address has an account. */
  private static final MailRequest ON_ITS_WAY =
      new MailRequest(
          true,
          "If the email has an account, a mail with a link to reset its password is on its way.");

  private static final MailRequest FOR_USER =
      new MailRequest(true, "A mail with a link to reset the password is on its way.");

  private static final MailRequest NOT_SENT =
      new MailRequest(
          false,
          "No mail was sent (expected: an open account, at most one mail a minute and five an hour).");

  private final Database database;
  private final IdempotentWrites writes;
  private final Workers workers;
  private final Accounts accounts;
  private final JdbiPasswords passwords;
  private final Tokens tokens;
  private final MailOutbox outbox;
  private final Registrations registrations;
  private final LinkRequests requests;

  /**
   * Creates the use cases, for {@code UserCore}.
   *
   * @param workers run the blocking work of {@link #resetAsync}
   */
  public JdbiPasswordResets(
      Database database,
      IdempotentWrites writes,
      Workers workers,
      Accounts accounts,
      JdbiPasswords passwords,
      Tokens tokens,
      MailOutbox outbox,
      Registrations registrations,
      LinkRequests requests) {
    this.database = database;
    this.writes = writes;
    this.workers = workers;
    this.accounts = accounts;
    this.passwords = passwords;
    this.tokens = tokens;
    this.outbox = outbox;
    this.registrations = registrations;
    this.requests = requests;
  }

  @Override
  public MailRequest request(RequestContext call, Email address) {
    requireNonNull(call, "call");
    requireNonNull(address, "address");
    writes.useTransaction(call, tx -> outbox.queueReset(tx, address));
    return ON_ITS_WAY;
  }

  @Override
  public MailRequest requestFor(RequestContext call, UserId id) {
    requireNonNull(call, "call");
    requireNonNull(id, "id");
    return writes.inTransaction(
        call, tx -> requestFor(tx, call, accounts.lock(tx, id)), tx -> FOR_USER);
  }

  private MailRequest requestFor(Handle tx, RequestContext call, User user) {
    var issued = tokens.issueReset(tx, user.email());
    issued.ifPresent(
        reset -> {
          outbox.queueLink(tx, MailKind.RESET_PASSWORD, user.id(), user.email(), reset.token());
          requests.record(tx, call, EventType.PASSWORD_RESET_REQUESTED, user.id());
        });
    return issued.isPresent() ? FOR_USER : NOT_SENT;
  }

  @Override
  public CompletionStage<Void> resetAsync(RequestContext call, String token, Password next) {
    requireNonNull(call, "call");
    requireNonNull(token, "token");
    requireNonNull(next, "next");
    return workers
        .supply(
            call,
            RequestKind.MAILED_LINKS,
            () -> database.read(call, handle -> owner(handle, call, token)))
        .thenCompose(
            owner ->
                owner.isPresent()
                    ? reset(call, token, next, owner.get())
                    : CompletableFuture.completedStage(null));
  }

  private CompletionStage<Void> reset(
      RequestContext call, String token, Password next, PasswordPolicy.Person owner) {
    return passwords
        .hash(call, "new_password", next, owner)
        .thenCompose(
            hash ->
                workers.supplyResumed(
                    call,
                    RequestKind.MAILED_LINKS,
                    () -> {
                      writes.useTransaction(call, tx -> reset(tx, call, token, hash));
                      return null;
                    }));
  }

  @Override
  public void reset(RequestContext call, String token, Password next) {
    Stages.join(resetAsync(call, token, next));
  }

  /**
   * Returns the data of the user that the policy needs. Checks the token, so that an invalid one
   * causes no costly hash.
   *
   * @return empty if an earlier call with the same idempotency key has used the token
   */
  private Optional<PasswordPolicy.Person> owner(Handle handle, RequestContext call, String secret) {
    var token = tokens.find(handle, TokenPurpose.RESET_PASSWORD, secret);
    if (token.isUsed() && writes.find(handle, call).isPresent()) {
      return Optional.empty();
    }
    tokens.requireLive(token);
    return Optional.of(
        accounts.find(handle, token.user()).map(User::person).orElseThrow(Tokens::invalid));
  }

  private void reset(Handle tx, RequestContext call, String secret, PasswordHash hash) {
    var token = tokens.findForUpdate(tx, TokenPurpose.RESET_PASSWORD, secret);
    tokens.requireLive(token);
    // The token is marked as used first, since the change of the password voids unused tokens.
    tokens.markUsed(tx, token);
    passwords.reset(tx, call, token.user(), hash);
    settleEmail(tx, call, token);
  }

  /**
   * Verifies the email, since the link proves access to its mailbox, or drops a pending email,
   * which may have been requested by the person who made the reset necessary.
   */
  private void settleEmail(Handle tx, RequestContext call, Token token) {
    var user = accounts.lock(tx, token.user());
    if (user.emailVerified()) {
      accounts.dropPendingEmail(tx, call, user);
    } else {
      accounts.reclaim(tx, call, user.id(), token.email());
      registrations.forget(tx, user.id());
    }
  }
}
