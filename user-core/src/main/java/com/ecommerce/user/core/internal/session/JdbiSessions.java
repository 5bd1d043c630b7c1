package com.ecommerce.user.core.internal.session;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.internal.account.Accounts;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.IdempotentWrites;
import com.ecommerce.user.core.internal.db.TransactionCheck;
import com.ecommerce.user.core.internal.page.PageTokens;
import com.ecommerce.user.core.internal.session.SessionTerminator.Cause;
import com.ecommerce.user.core.internal.token.RefreshToken;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.ProvenSession;
import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.session.TokenCheck;
import com.ecommerce.user.core.session.TokenInfo;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;

/** Implements {@link Sessions}. Logins and the check of access tokens have classes of their own. */
public final class JdbiSessions implements Sessions {
  private final Database database;
  private final IdempotentWrites writes;
  private final Accounts accounts;
  private final Logins logins;
  private final Authentication authentication;
  private final SessionGrants grants;
  private final SessionTerminator terminator;
  private final PageTokens pageTokens;
  private final TransactionCheck revocationCheck;

  /**
   * Creates the use cases.
   *
   * @param revocationCheck checks calls that end all sessions of a user
   */
  public JdbiSessions(
      Database database,
      IdempotentWrites writes,
      Accounts accounts,
      Logins logins,
      Authentication authentication,
      SessionGrants grants,
      SessionTerminator terminator,
      PageTokens pageTokens,
      TransactionCheck revocationCheck) {
    this.database = database;
    this.writes = writes;
    this.accounts = accounts;
    this.logins = logins;
    this.authentication = authentication;
    this.grants = grants;
    this.terminator = terminator;
    this.pageTokens = pageTokens;
    this.revocationCheck = revocationCheck;
  }

  @Override
  public CompletionStage<LoginResult> loginAsync(
      RequestContext call, Email email, Password password, String deviceName) {
    return logins.loginAsync(call, email, password, deviceName);
  }

  @Override
  public LoginResult login(RequestContext call, Email email, Password password, String deviceName) {
    return Stages.join(loginAsync(call, email, password, deviceName));
  }

  @Override
  public LoginResult signIn(RequestContext call, UserId user, String deviceName) {
    return logins.signIn(call, user, deviceName);
  }

  @Override
  public LoginResult refresh(RequestContext call, String refreshToken) {
    return logins.refresh(call, refreshToken);
  }

  @Override
  public CompletionStage<ProvenSession> reauthenticateAsync(
      RequestContext call, Caller.User caller, Password password) {
    return logins.reauthenticateAsync(call, caller, password);
  }

  @Override
  public ProvenSession reauthenticate(RequestContext call, Caller.User caller, Password password) {
    return Stages.join(reauthenticateAsync(call, caller, password));
  }

  @Override
  public boolean isProven(RequestContext call, SessionId session, Duration maxAge) {
    requireNonNull(call, "call");
    requireNonNull(session, "session");
    requireNonNull(maxAge, "maxAge");
    return database.read(call, handle -> grants.isProven(handle, session, maxAge));
  }

  @Override
  public CompletionStage<Caller> authenticateAsync(RequestContext call, String accessToken) {
    return authentication.authenticateAsync(call, accessToken);
  }

  @Override
  public TokenCheck prepare(RequestContext call, String accessToken) {
    return authentication.prepare(call, accessToken);
  }

  @Override
  public Caller authenticate(String accessToken) {
    return authentication.authenticate(accessToken);
  }

  @Override
  public CompletionStage<TokenInfo> validateAsync(RequestContext call, String accessToken) {
    return authentication.validateAsync(call, accessToken);
  }

  @Override
  public TokenInfo validate(String accessToken) {
    return authentication.validate(accessToken);
  }

  @Override
  public String jwkSetJson() {
    return authentication.jwkSetJson();
  }

  @Override
  public void logout(RequestContext call, SessionId session) {
    requireNonNull(call, "call");
    requireNonNull(session, "session");
    writes.useTransaction(call, tx -> terminator.end(tx, call, session, Cause.LOGOUT));
  }

  @Override
  public void logout(RequestContext call, String refreshToken) {
    requireNonNull(call, "call");
    requireNonNull(refreshToken, "refreshToken");
    var presented = RefreshToken.parse(refreshToken);
    writes.useTransaction(call, tx -> grants.end(tx, call, presented));
  }

  @Override
  public Page<Session> list(RequestContext call, UserId user, PageRequest request) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    requireNonNull(request, "request");
    var fingerprint = List.of("sessions", user.toString());
    var after = pageTokens.read(fingerprint, request.token());
    return database.readSnapshot(
        call,
        handle -> {
          requireUser(handle, user);
          var found = terminator.live(handle, user, after, request.size() + 1);
          boolean hasMore = found.size() > request.size();
          var shown = hasMore ? found.subList(0, request.size()) : found;
          var next =
              hasMore
                  ? Optional.of(pageTokens.write(fingerprint, cursor(shown.get(shown.size() - 1))))
                  : Optional.<String>empty();
          return new Page<>(shown, next, terminator.countLive(handle, user));
        });
  }

  private static PageTokens.Cursor cursor(Session last) {
    return new PageTokens.Cursor(last.lastUsedAt().toString(), last.id().value());
  }

  @Override
  public List<Session> list(RequestContext call, UserId user) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    return database.readSnapshot(
        call,
        handle -> {
          requireUser(handle, user);
          return terminator.live(handle, user, Optional.empty(), Integer.MAX_VALUE);
        });
  }

  @Override
  public void revoke(RequestContext call, UserId user, SessionId session) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    requireNonNull(session, "session");
    writes.useTransaction(
        call,
        tx -> {
          requireUser(tx, user);
          terminator.endOne(tx, call, user, session, Cause.REVOKED);
        });
  }

  @Override
  public int revokeAll(RequestContext call, UserId user, Optional<SessionId> but) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    requireNonNull(but, "but");
    return writes.inTransaction(
        call,
        tx -> {
          var owner = accounts.lock(tx, user);
          revocationCheck.require(tx, call);
          accounts.dropPendingEmail(tx, call, owner);
          int ended = terminator.endAll(tx, call, user, but, Cause.REVOKED);
          writes.setResult(tx, call, ended);
          return ended;
        },
        (tx, earlier) -> earlier.result());
  }

  private void requireUser(Handle handle, UserId user) {
    if (accounts.find(handle, user).isEmpty()) {
      throw Accounts.notFound(user);
    }
  }
}
