package com.ecommerce.user.core.internal.session;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.account.Accounts;
import com.ecommerce.user.core.internal.credential.JdbiPasswords;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.session.SessionGrants.Grant;
import com.ecommerce.user.core.internal.token.AccessTokens;
import com.ecommerce.user.core.internal.token.RefreshToken;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.ProvenSession;
import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.session.TokenPair;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;

/**
 * The use cases that issue tokens to users: logins, refreshes and reauthentication. Thread-safe.
 */
public final class Logins {
  private final Database database;
  private final Accounts accounts;
  private final JdbiPasswords passwords;
  private final SignIns signIns;
  private final SessionGrants grants;
  private final AccessTokens tokens;

  public Logins(
      Database database,
      Accounts accounts,
      JdbiPasswords passwords,
      SignIns signIns,
      SessionGrants grants,
      AccessTokens tokens) {
    this.database = database;
    this.accounts = accounts;
    this.passwords = passwords;
    this.signIns = signIns;
    this.grants = grants;
    this.tokens = tokens;
  }

  CompletionStage<LoginResult> loginAsync(
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
        .thenApply(entry -> entered(entry.orElseThrow(Logins::wrongPassword)));
  }

  LoginResult signIn(RequestContext call, UserId user, String deviceName) {
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
    return accounts.isHidden(user) ? wrongPassword() : closed(user);
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

  LoginResult refresh(RequestContext call, String refreshToken) {
    requireNonNull(call, "call");
    requireNonNull(refreshToken, "refreshToken");
    var presented = RefreshToken.parse(refreshToken);
    return database
        .inTransaction(call, tx -> grants.renew(tx, call, accounts, presented))
        .map(this::signedIn)
        .orElseThrow(Authentication::ended);
  }

  CompletionStage<ProvenSession> reauthenticateAsync(
      RequestContext call, Caller.User caller, Password password) {
    requireNonNull(call, "call");
    requireNonNull(caller, "caller");
    requireNonNull(password, "password");
    return passwords
        .verifyAsync(call, caller.id(), password, (tx, id) -> prove(tx, call, caller))
        .thenApply(
            proven -> proven.orElseThrow(Logins::mismatch).orElseThrow(Authentication::ended))
        .thenApply(
            entry ->
                new ProvenSession(
                    tokens.make(entry.user(), entry.session()),
                    tokens.lifetime(),
                    RecentProof.MAX_AGE));
  }

  /** A user and the session in which the password was just verified. */
  private record Proven(User user, Session session) {}

  private Optional<Proven> prove(Handle tx, RequestContext call, Caller.User caller) {
    var user = accounts.lock(tx, caller.id());
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
}
