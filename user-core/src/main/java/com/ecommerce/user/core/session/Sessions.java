package com.ecommerce.user.core.session;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.internal.Stages;
import com.ecommerce.user.core.internal.TransactionCheck;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.page.PageTokens;
import com.ecommerce.user.core.session.SessionEnds.Cause;
import com.ecommerce.user.core.session.SessionGrants.Grant;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jdbi.v3.core.Handle;

/**
 * Logins of users: they start with a password, go on as long as their tokens are renewed, and end.
 * Thread-safe.
 *
 * <p>A session lasts until it is not renewed for the time that {@link TokenSettings} tells, or for
 * {@link TokenSettings#MAX_SESSION_LIFETIME} in any case. It ends before with a logout, with
 * another password or email (other sessions than the one that changed it), and with the account. An
 * instance knows at once what it ended itself; what others ended, a quarter of a second later as a
 * rule, and 3 seconds later at most.
 *
 * <p>Methods throw {@link UserServiceException} as those of {@link Users} do. The ones named {@code
 * …Async} never block the calling thread; their stages fail with the same exceptions.
 */
public final class Sessions {
  /**
   * The maximum number of live sessions of a user; a login beyond that ends the least recently used
   * one.
   */
  public static final int MAX_LIVE = 100;

  private final Database database;
  private final Users users;
  private final Passwords passwords;
  private final SignIns signIns;
  private final SessionGrants grants;
  private final SessionEnds ends;
  private final AccessTokens tokens;
  private final PageTokens pageTokens;
  private final Authentication authentication;
  private final TransactionCheck revocationCheck;

  Sessions(
      Database database,
      Users users,
      Passwords passwords,
      SignIns signIns,
      SessionGrants grants,
      SessionEnds ends,
      AccessTokens tokens,
      PageTokens pageTokens,
      Authentication authentication,
      TransactionCheck revocationCheck) {
    this.database = database;
    this.users = users;
    this.passwords = passwords;
    this.signIns = signIns;
    this.grants = grants;
    this.ends = ends;
    this.tokens = tokens;
    this.pageTokens = pageTokens;
    this.authentication = authentication;
    this.revocationCheck = revocationCheck;
  }

  /**
   * Starts a session for a user with a password. Users whose email is not verified may log in
   * unless accounts are hidden ({@code CoreSettings.hidesAccounts}): in that case they are refused
   * as with a wrong password.
   *
   * @param deviceName a {@link TextRule#DEVICE_NAME}; may be empty
   * @return fails with {@code INVALID_REQUEST} on {@code device_name}; with {@code
   *     CREDENTIALS_INVALID} when there is no such account, the password is wrong, or too many
   *     wrong ones were tried, all after the same time; with {@code ACCOUNT_DEACTIVATED}, {@code
   *     ACCOUNT_SUSPENDED} or {@code ACCOUNT_BANNED} when the password is right; and with {@code
   *     HASHING_BUSY} at once when too many passwords wait
   */
  public CompletionStage<SignedIn> loginAsync(
      Call call, Email email, Password password, String deviceName) {
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
        .thenApply(entry -> entered(entry.orElseThrow(Sessions::wrongPassword)));
  }

  /** Does the same as {@link #loginAsync}, and waits for the result. */
  public SignedIn login(Call call, Email email, Password password, String deviceName) {
    return Stages.join(loginAsync(call, email, password, deviceName));
  }

  /**
   * Starts a session for a user who has proven otherwise who they are, as by a registration.
   *
   * @param deviceName a {@link TextRule#DEVICE_NAME}; may be empty
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code device_name}; with {@code
   *     USER_NOT_FOUND}, {@code ACCOUNT_DEACTIVATED}, {@code ACCOUNT_SUSPENDED} or {@code
   *     ACCOUNT_BANNED}
   */
  public SignedIn signIn(Call call, UserId user, String deviceName) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    requireNonNull(deviceName, "deviceName");
    String device = Violations.parsed("device_name", deviceName, TextRule.DEVICE_NAME::parse);
    return entered(database.inTransaction(call, tx -> signIns.enter(tx, call, user, device)));
  }

  private SignedIn entered(SignIns.Entry entry) {
    return signedIn(entry.grant().orElseThrow(() -> refused(entry.user())));
  }

  private SignedIn signedIn(Grant grant) {
    var session = grant.session();
    var pair =
        new TokenPair(
            tokens.make(grant.user(), session),
            grant.token().text(),
            tokens.lifetime(),
            grant.lifetime());
    return new SignedIn(grant.user(), session, pair);
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

  /**
   * Exchanges a refresh token for a new pair. The one before within 30 seconds gets the current
   * refresh token again, for an answer that was lost, and for two exchanges at the same time.
   * Later, and with one further back, somebody else has it: the session ends.
   *
   * @throws UserServiceException with {@code CREDENTIALS_INVALID} when the token is none that is
   *     known, and {@code SESSION_ENDED}
   */
  public SignedIn refresh(Call call, String refreshToken) {
    requireNonNull(call, "call");
    requireNonNull(refreshToken, "refreshToken");
    var presented = RefreshToken.parse(refreshToken);
    return database
        .inTransaction(call, tx -> grants.renew(tx, call, users, presented))
        .map(this::signedIn)
        .orElseThrow(Authentication::ended);
  }

  /**
   * Verifies the password of a session's user again. For {@link RecentProof#MAX_AGE}, the session
   * may perform operations that require a recent verification. A wrong password counts as a guess.
   *
   * @return a new access token with the time of the verification; fails with {@code
   *     PASSWORD_MISMATCH} on {@code password} if it is wrong or too many wrong ones were tried,
   *     with {@code SESSION_ENDED}, and immediately with {@code HASHING_BUSY} if too many passwords
   *     wait
   */
  public CompletionStage<ProvenSession> reauthenticateAsync(
      Call call, Caller.User caller, Password password) {
    requireNonNull(call, "call");
    requireNonNull(caller, "caller");
    requireNonNull(password, "password");
    return passwords
        .verifyAsync(call, caller.id(), password, (tx, id) -> prove(tx, call, caller))
        .thenApply(
            proven -> proven.orElseThrow(Sessions::mismatch).orElseThrow(Authentication::ended))
        .thenApply(
            entry ->
                new ProvenSession(
                    tokens.make(entry.user(), entry.session()),
                    tokens.lifetime(),
                    RecentProof.MAX_AGE));
  }

  /** Does the same as {@link #reauthenticateAsync}, and waits for the result. */
  public ProvenSession reauthenticate(Call call, Caller.User caller, Password password) {
    return Stages.join(reauthenticateAsync(call, caller, password));
  }

  /** A user and the session in which the password was just verified. */
  private record Proven(User user, Session session) {}

  private Optional<Proven> prove(Handle tx, Call call, Caller.User caller) {
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

  /** Ends a session; nothing happens when it is over. */
  public void logout(Call call, SessionId session) {
    requireNonNull(call, "call");
    requireNonNull(session, "session");
    database.useTransaction(call, tx -> ends.end(tx, call, session, Cause.LOGOUT));
  }

  /**
   * Ends the session of a refresh token; nothing happens when it is over.
   *
   * @throws UserServiceException with {@code CREDENTIALS_INVALID} when the token is none that is
   *     known
   */
  public void logout(Call call, String refreshToken) {
    requireNonNull(call, "call");
    requireNonNull(refreshToken, "refreshToken");
    var presented = RefreshToken.parse(refreshToken);
    database.useTransaction(
        call,
        tx -> {
          var session = grants.lock(tx, presented).row().session();
          ends.end(tx, SessionGrants.by(call, session.user()), session.id(), Cause.LOGOUT);
        });
  }

  /**
   * Finds the caller that an access token belongs to, with the roles as of now.
   *
   * @return fails with {@code CREDENTIALS_INVALID}, or {@code SESSION_ENDED} when the session or
   *     the account is closed
   */
  public CompletionStage<Caller> authenticateAsync(Call call, String accessToken) {
    requireNonNull(call, "call");
    requireNonNull(accessToken, "accessToken");
    return authentication.inspectAsync(call, accessToken).thenApply(TokenInfo::caller);
  }

  /**
   * Prepares {@link #authenticateAsync} for callers that may have to refuse the token unchecked.
   */
  public TokenLook look(Call call, String accessToken) {
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

  /** Does the same as {@link #authenticateAsync}, in the calling thread. */
  public Caller authenticate(String accessToken) {
    requireNonNull(accessToken, "accessToken");
    return authentication.inspect(accessToken).caller();
  }

  /** Validates an access token. An invalid token is a result, not a failure. */
  public CompletionStage<TokenInfo> validateAsync(Call call, String accessToken) {
    requireNonNull(call, "call");
    requireNonNull(accessToken, "accessToken");
    return authentication.inspectAsync(call, accessToken).exceptionally(Sessions::invalidOrThrow);
  }

  /** Does the same as {@link #validateAsync}, in the calling thread. */
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

  /**
   * Returns a page of a user's live sessions, the most recently used first, with the exact count of
   * all of them. A session that is refreshed between two pages moves to the front, so it may appear
   * on two pages or on none.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}; with {@code INVALID_REQUEST} on
   *     {@code pagination.page_token} when the token belongs to another list
   */
  public Page<Session> list(Call call, UserId user, PageRequest request) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    requireNonNull(request, "request");
    var fingerprint = List.of("sessions", user.toString());
    var after = pageTokens.read(fingerprint, request.token());
    return database.readSnapshot(
        call,
        handle -> {
          requireUser(handle, user);
          var found = ends.livePage(handle, user, after, request.size());
          boolean hasMore = found.size() > request.size();
          var shown = hasMore ? found.subList(0, request.size()) : found;
          var next =
              hasMore
                  ? Optional.of(pageTokens.write(fingerprint, cursor(shown.get(shown.size() - 1))))
                  : Optional.<String>empty();
          return new Page<>(shown, next, ends.countLive(handle, user));
        });
  }

  private static PageTokens.Cursor cursor(Session last) {
    return new PageTokens.Cursor(last.lastUsedAt().toString(), last.id().value());
  }

  /**
   * Returns all live sessions of a user, the most recently used first.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}
   */
  public List<Session> list(Call call, UserId user) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    return database.readSnapshot(
        call,
        handle -> {
          requireUser(handle, user);
          return ends.live(handle, user);
        });
  }

  /**
   * Ends one of a user's sessions.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}; with {@code SESSION_NOT_FOUND}, also
   *     when it is over or another user's
   */
  public void revoke(Call call, UserId user, SessionId session) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    requireNonNull(session, "session");
    database.useTransaction(
        call,
        tx -> {
          requireUser(tx, user);
          ends.endOne(tx, call, user, session, Cause.REVOKED);
        });
  }

  /**
   * Ends a user's sessions, and drops a pending email, since somebody else may have requested it.
   *
   * @param but a session to keep
   * @return the number of ended sessions
   * @throws UserServiceException with {@code USER_NOT_FOUND}; with {@code
   *     REAUTHENTICATION_REQUIRED} when a user's session has not verified the password recently
   */
  public int revokeAll(Call call, UserId user, Optional<SessionId> but) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    requireNonNull(but, "but");
    return database.inTransaction(
        call,
        tx -> {
          var owner = users.lock(tx, user);
          revocationCheck.require(tx, call);
          users.dropPendingEmail(tx, call, owner);
          return ends.endAll(tx, call, user, but, Cause.REVOKED);
        });
  }

  private void requireUser(Handle handle, UserId user) {
    if (users.find(handle, user).isEmpty()) {
      throw Users.notFound(user);
    }
  }

  /**
   * The public keys that verify access tokens, as a JSON Web Key Set (RFC 7517); with a shared
   * secret there are none.
   */
  public String jwkSetJson() {
    return tokens.jwkSetJson();
  }
}
