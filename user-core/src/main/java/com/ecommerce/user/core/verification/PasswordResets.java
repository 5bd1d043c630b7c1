package com.ecommerce.user.core.verification;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.call.CallKind;
import com.ecommerce.user.core.call.Workers;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordHash;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.internal.Stages;
import com.ecommerce.user.core.mail.MailOutbox;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;

/** Lets users who forgot their password set a new one by mail. Thread-safe. */
public final class PasswordResets {
  /** Says nothing about the address. */
  private static final MailRequest ON_ITS_WAY =
      new MailRequest(
          true,
          "If the email has an account, a mail with a link to reset its password is on its way.");

  private final Database database;
  private final Workers workers;
  private final Users users;
  private final Passwords passwords;
  private final Tokens tokens;
  private final MailOutbox outbox;
  private final Registrations registrations;

  /**
   * For {@code UserCore}, which is the way to get one.
   *
   * @param workers run the blocking work of {@link #resetAsync}
   */
  public PasswordResets(
      Database database,
      Workers workers,
      Users users,
      Passwords passwords,
      Tokens tokens,
      MailOutbox outbox,
      Registrations registrations) {
    this.database = database;
    this.workers = workers;
    this.users = users;
    this.passwords = passwords;
    this.tokens = tokens;
    this.outbox = outbox;
    this.registrations = registrations;
  }

  /**
   * Requests a mail with a link to reset the password of the user with the address. The answer and
   * its time are the same for every address. The worker that sends the mail finds out later whether
   * the address has an open account, and whether its mailbox has reached the limit of one such mail
   * a minute and five an hour.
   */
  public MailRequest request(Call call, Email address) {
    requireNonNull(call, "call");
    requireNonNull(address, "address");
    database.useTransaction(call, tx -> outbox.queueReset(tx, address));
    return ON_ITS_WAY;
  }

  /**
   * Sets a new password with a mailed token: voids the user's other reset tokens, forgets counted
   * wrong guesses, verifies the email, drops a pending one with its token, and queues a notice. A
   * token becomes invalid when the email or the password changes. If the user's email was never
   * verified, somebody else may have created the account; in that case it also clears the names,
   * phone, avatar, profile, addresses and preferences.
   *
   * @return fails with {@code TOKEN_INVALID} or {@code TOKEN_EXPIRED}; with {@code INVALID_REQUEST}
   *     on {@code new_password} when it breaks the policy, which leaves the token as it was; with
   *     {@code HASHING_BUSY} at once when too many passwords wait to be hashed
   */
  public CompletionStage<Void> resetAsync(Call call, String token, Password next) {
    requireNonNull(call, "call");
    requireNonNull(token, "token");
    requireNonNull(next, "next");
    return workers
        .supply(
            call, CallKind.MAILED_LINKS, () -> database.read(call, handle -> owner(handle, token)))
        .thenCompose(owner -> passwords.hash(call, "new_password", next, owner))
        .thenCompose(
            hash ->
                workers.supplyResumed(
                    call,
                    CallKind.MAILED_LINKS,
                    () -> {
                      database.useTransaction(call, tx -> reset(tx, call, token, hash));
                      return null;
                    }));
  }

  /** Does the same as {@link #resetAsync}, and waits for the result. */
  public void reset(Call call, String token, Password next) {
    Stages.join(resetAsync(call, token, next));
  }

  /** Before the costly hash: whether the token is good, and whom the policy is about. */
  private PasswordPolicy.Person owner(Handle handle, String secret) {
    var token = tokens.find(handle, TokenPurpose.RESET_PASSWORD, secret);
    tokens.requireLive(token);
    return users.find(handle, token.user()).map(User::person).orElseThrow(Tokens::invalid);
  }

  private void reset(Handle tx, Call call, String secret, PasswordHash hash) {
    var token = tokens.findForUpdate(tx, TokenPurpose.RESET_PASSWORD, secret);
    tokens.requireLive(token);
    // Used before the password changes, which voids what is not.
    tokens.markUsed(tx, token);
    passwords.reset(tx, call, token.user(), hash);
    settleEmail(tx, call, token);
  }

  /**
   * The link was opened in the mailbox that it went to. A change to another one may be the wish of
   * whoever made the reset necessary.
   */
  private void settleEmail(Handle tx, Call call, Token token) {
    var user = users.lock(tx, token.user());
    if (user.emailVerified()) {
      users.dropPendingEmail(tx, call, user);
    } else {
      users.reclaim(tx, call, user.id(), token.email());
      registrations.forget(tx, user.id());
    }
  }
}
