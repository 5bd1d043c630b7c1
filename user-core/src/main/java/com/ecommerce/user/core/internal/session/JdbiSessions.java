package com.ecommerce.user.core.internal.session;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.account.JdbiUsers;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.internal.credential.JdbiPasswords;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.TransactionCheck;
import com.ecommerce.user.core.internal.session.SessionGrants.Grant;
import com.ecommerce.user.core.internal.session.SessionTerminator.Cause;
import com.ecommerce.user.core.internal.token.AccessTokens;
import com.ecommerce.user.core.internal.token.RefreshToken;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.page.PageTokens;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.ProvenSession;
import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.session.TokenInfo;
import com.ecommerce.user.core.session.TokenLook;
import com.ecommerce.user.core.session.TokenPair;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;

/** Implements {@link Sessions} with Jdbi. */
public final class JdbiSessions implements Sessions {
  private final Database database;
  private final JdbiUsers users;
  private final JdbiPasswords passwords;
  private final SignIns signIns;
  private final SessionGrants grants;
  private final SessionTerminator terminator;
  private final AccessTokens tokens;
  private final PageTokens pageTokens;
  private final Authentication authentication;
  private final TransactionCheck revocationCheck;

  JdbiSessions(
      Database database,
      JdbiUsers users,
      JdbiPasswords passwords,
      SignIns signIns,
      SessionGrants grants,
      SessionTerminator terminator,
      AccessTokens tokens,
      PageTokens pageTokens,
      Authentication authentication,
      TransactionCheck revocationCheck) {
    this.database = database;
    this.users = users;
    this.passwords = passwords;
    this.signIns = signIns;
    this.grants = grants;
    this.terminator = terminator;
    this.tokens = tokens;
    this.pageTokens = pageTokens;
    this.authentication = authentication;
    this.revocationCheck = revocationCheck;
  }

  @Override
  public CompletionStage<LoginResult> loginAsync(
      RequestContext call, Email email, Password password, String deviceName) {
    requireNonNull(call, "call");
    requireNonNull(email, "email");
    requireNonNull(password, "password");
    requireNonNull(deviceName, "deviceName");
    var violations = new Violations();
    String device = violations.parse("device_name", deviceName, TextRule.DEVICE_NAME::parse);
    if (!violations.isEmpty()) {
      return CompletableFuture.failedFuture(violations.toException());
    }
    return passwords
        .verifyAsync(
            call,
            email.address(),
            password,
            signIns::mayLogIn,
            (tx, id) -> signIns.logIn(tx, call, id, device))
        .thenApply(entry -> entered(entry.orElseThrow(JdbiSessions::wrongPassword)));
  }

  @Override
  public LoginResult login(RequestContext call, Email email, Password password, String deviceName) {
    return Stages.join(loginAsync(call, email, password, deviceName));
  }

  @Override
  public LoginResult signIn(RequestContext call, UserId user, String deviceName) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    requireNonNull(deviceName, "deviceName");
    String device = Violations.parsed("device_name", deviceName, TextRule.DEVICE_NAME::parse);
    return entered(database.inTransaction(call, tx -> signIns.enter(tx, call, user, device)));
  }

  private LoginResult entered(SignIns.Entry entry) {
    return signedIn(entry.grant().orElseThrow(() -> refused(entry.user())));
  }

  private LoginResult signedIn(Grant grant) {
    var session = grant.session();
    var pair =
        new TokenPair(
            tokens.make(grant.user(), session),
            grant.token().text(),
            tokens.lifetime(),
            grant.lifetime());
    return new LoginResult(grant.user(), session, pair);
  }

  private static UserServiceException wrongPassword() {
    return UserServiceException.of(
        ErrorReason.CREDENTIALS_INVALID,
        "email or password wrong (expected: those of an account; too many wrong ones are refused for a while)");
  }

  private UserServiceException refused(User user) {
    return users.isHidden(user) ? wrongPassword() : closed(user);
  }

  private static UserServiceException closed(User user) {
    return switch (user.status()) {
      case SUSPENDED ->
          UserServiceException.of(ErrorReason.ACCOUNT_SUSPENDED, "the account is suspended");
      case BANNED -> UserServiceException.of(ErrorReason.ACCOUNT_BANNED, "the account is banned");
      case DEACTIVATED, ACTIVE, PENDING_VERIFICATION ->
          UserServiceException.of(ErrorReason.ACCOUNT_DEACTIVATED, "the account is deactivated");
    };
  }

  @Override
  public LoginResult refresh(RequestContext call, String refreshToken) {
    requireNonNull(call, "call");
    requireNonNull(refreshToken, "refreshToken");
    var presented = RefreshToken.parse(refreshToken);
    return database
        .inTransaction(call, tx -> grants.renew(tx, call, users, presented))
        .map(this::signedIn)
        .orElseThrow(Authentication::ended);
  }

  @Override
  public CompletionStage<ProvenSession> reauthenticateAsync(
      RequestContext call, Caller.User caller, Password password) {
    requireNonNull(call, "call");
    requireNonNull(caller, "caller");
    requireNonNull(password, "password");
    return passwords
        .verifyAsync(call, caller.id(), password, (tx, id) -> prove(tx, call, caller))
        .thenApply(
            proven -> proven.orElseThrow(JdbiSessions::mismatch).orElseThrow(Authentication::ended))
        .thenApply(
            entry ->
                new ProvenSession(
                    tokens.make(entry.user(), entry.session()),
                    tokens.lifetime(),
                    RecentProof.MAX_AGE));
  }

  @Override
  public ProvenSession reauthenticate(RequestContext call, Caller.User caller, Password password) {
    return Stages.join(reauthenticateAsync(call, caller, password));
  }

  /** A user and the session in which the password was just verified. */
  private record Proven(User user, Session session) {}

  private Optional<Proven> prove(Handle tx, RequestContext call, Caller.User caller) {
    var user = users.lock(tx, caller.id());
    return grants
        .authenticate(tx, call, caller.id(), caller.session())
        .filter(session -> user.status().isOpen())
        .map(session -> new Proven(user, session));
  }

  private static UserServiceException mismatch() {
    return UserServiceException.invalid(
        ErrorReason.PASSWORD_MISMATCH,
        "password",
        "wrong (expected: the current password; too many wrong ones are refused for a while)");
  }

  @Override
  public void logout(RequestContext call, SessionId session) {
    requireNonNull(call, "call");
    requireNonNull(session, "session");
    database.useTransaction(call, tx -> terminator.end(tx, call, session, Cause.LOGOUT));
  }

  @Override
  public void logout(RequestContext call, String refreshToken) {
    requireNonNull(call, "call");
    requireNonNull(refreshToken, "refreshToken");
    var presented = RefreshToken.parse(refreshToken);
    database.useTransaction(
        call,
        tx -> {
          var session = grants.lock(tx, presented).row().session();
          terminator.end(tx, SessionGrants.by(call, session.user()), session.id(), Cause.LOGOUT);
        });
  }

  @Override
  public CompletionStage<Caller> authenticateAsync(RequestContext call, String accessToken) {
    requireNonNull(call, "call");
    requireNonNull(accessToken, "accessToken");
    return authentication.inspectAsync(call, accessToken).thenApply(TokenInfo::caller);
  }

  @Override
  public TokenLook look(RequestContext call, String accessToken) {
    requireNonNull(call, "call");
    requireNonNull(accessToken, "accessToken");
    return new TokenLook() {
      @Override
      public CompletionStage<Caller> find() {
        return authenticateAsync(call, accessToken);
      }

      @Override
      public boolean isVerified() {
        return authentication.isVerified(accessToken);
      }
    };
  }

  @Override
  public Caller authenticate(String accessToken) {
    requireNonNull(accessToken, "accessToken");
    return authentication.inspect(accessToken).caller();
  }

  @Override
  public CompletionStage<TokenInfo> validateAsync(RequestContext call, String accessToken) {
    requireNonNull(call, "call");
    requireNonNull(accessToken, "accessToken");
    return authentication
        .inspectAsync(call, accessToken)
        .exceptionally(JdbiSessions::invalidOrThrow);
  }

  @Override
  public TokenInfo validate(String accessToken) {
    requireNonNull(accessToken, "accessToken");
    try {
      return authentication.inspect(accessToken);
    } catch (UserServiceException failed) {
      return invalidOrThrow(failed);
    }
  }

  private static TokenInfo invalidOrThrow(Throwable failure) {
    var cause = Stages.unwrapped(failure);
    if (cause.kind() == ErrorKind.UNAUTHENTICATED) {
      return TokenInfo.INVALID;
    }
    throw cause;
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
          var found = terminator.livePage(handle, user, after, request.size());
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
          return terminator.live(handle, user);
        });
  }

  @Override
  public void revoke(RequestContext call, UserId user, SessionId session) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    requireNonNull(session, "session");
    database.useTransaction(
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
    return database.inTransaction(
        call,
        tx -> {
          var owner = users.lock(tx, user);
          revocationCheck.require(tx, call);
          users.dropPendingEmail(tx, call, owner);
          return terminator.endAll(tx, call, user, but, Cause.REVOKED);
        });
  }

  private void requireUser(Handle handle, UserId user) {
    if (users.find(handle, user).isEmpty()) {
      throw JdbiUsers.notFound(user);
    }
  }

  @Override
  public String jwkSetJson() {
    return tokens.jwkSetJson();
  }
}
