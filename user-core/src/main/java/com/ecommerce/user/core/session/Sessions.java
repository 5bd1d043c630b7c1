package com.ecommerce.user.core.session;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The sessions of users, which start with a login, last as long as their tokens are renewed, and
 * end. Thread-safe.
 *
 * <p>A session ends if it is not refreshed for the time that {@link TokenSettings} sets, and after
 * {@link TokenSettings#MAX_SESSION_LIFETIME} in any case. It ends earlier with a logout and with
 * the account; when the password or the email changes, all sessions end except the one that changed
 * it. An instance knows immediately of the sessions that it ended itself, and within 3 seconds of
 * those that others ended, usually after a quarter of a second.
 *
 * <p>Methods throw {@link UserServiceException} as those of {@link
 * com.ecommerce.user.core.account.Users} do. The ones named {@code …Async} never block the calling
 * thread; their stages fail with the same exceptions.
 */
public interface Sessions {
  /**
   * The maximum number of live sessions of a user; a login beyond that ends the least recently used
   * one.
   */
  int MAX_LIVE = 100;

  /**
   * Starts a session for a user with a password. Users whose email is not verified may log in
   * unless accounts are hidden, in which case they are refused as with a wrong password.
   *
   * @param deviceName a {@link TextRule#DEVICE_NAME}; may be empty
   * @return fails with {@code INVALID_REQUEST} on {@code device_name}; with {@code
   *     CREDENTIALS_INVALID} when there is no such account, the password is wrong, or too many
   *     wrong ones were tried, all after the same time; with {@code ACCOUNT_DEACTIVATED}, {@code
   *     ACCOUNT_SUSPENDED} or {@code ACCOUNT_BANNED} when the password is right; and with {@code
   *     HASHING_BUSY} at once when too many passwords wait
   */
  CompletionStage<LoginResult> loginAsync(
      RequestContext call, Email email, Password password, String deviceName);

  /** Does the same as {@link #loginAsync}, and waits for the result. */
  LoginResult login(RequestContext call, Email email, Password password, String deviceName);

  /**
   * Starts a session for a user who was authenticated in another way, for example by a
   * registration.
   *
   * @param deviceName a {@link TextRule#DEVICE_NAME}; may be empty
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code device_name}; with {@code
   *     USER_NOT_FOUND}, {@code ACCOUNT_DEACTIVATED}, {@code ACCOUNT_SUSPENDED} or {@code
   *     ACCOUNT_BANNED}
   */
  LoginResult signIn(RequestContext call, UserId user, String deviceName);

  /**
   * Exchanges a refresh token for a new pair. For 30 seconds, the previous refresh token returns
   * the current one again, since an answer may have been lost or two exchanges may have run at the
   * same time. After that, and for older tokens, somebody else is assumed to have the token: the
   * session ends (RFC 9700, section 4.14.2).
   *
   * @throws UserServiceException with {@code CREDENTIALS_INVALID} if the token is unknown, and
   *     {@code SESSION_ENDED}
   */
  LoginResult refresh(RequestContext call, String refreshToken);

  /**
   * Verifies the password of a session's user again. For 5 minutes, the session may perform
   * operations that require a recent verification. A wrong password counts as a guess.
   *
   * @return a new access token with the time of the verification; fails with {@code
   *     PASSWORD_MISMATCH} on {@code password} if it is wrong or too many wrong ones were tried,
   *     with {@code SESSION_ENDED}, and immediately with {@code HASHING_BUSY} if too many passwords
   *     wait
   */
  CompletionStage<ProvenSession> reauthenticateAsync(
      RequestContext call, Caller.User caller, Password password);

  /** Does the same as {@link #reauthenticateAsync}, and waits for the result. */
  ProvenSession reauthenticate(RequestContext call, Caller.User caller, Password password);

  /**
   * Returns whether the password was verified in a session recently, by a login or by a
   * reauthentication.
   *
   * @param maxAge the time for which a verification counts
   * @return whether it was; false if the session has ended, or if the time of the verification is
   *     more than a minute in the future
   */
  boolean isProven(RequestContext call, SessionId session, Duration maxAge);

  /** Ends a session; has no effect if it has ended already. */
  void logout(RequestContext call, SessionId session);

  /**
   * Ends the session of a refresh token; has no effect if it has ended already. A token that {@link
   * #refresh} would reject as reused is recorded as reused here, too.
   *
   * @throws UserServiceException with {@code CREDENTIALS_INVALID} if the token is unknown
   */
  void logout(RequestContext call, String refreshToken);

  /** Returns the failure of a logout by a call without a session. */
  static UserServiceException noSessionToEnd() {
    return UserServiceException.of(
        ErrorReason.CREDENTIALS_MISSING,
        "no session to end (expected: a user's access token or a refresh token)");
  }

  /** Returns the failure of a reauthentication by a call without a session. */
  static UserServiceException noSessionToReauthenticate() {
    return UserServiceException.of(
        ErrorReason.CREDENTIALS_MISSING,
        "no session to reauthenticate (expected: a user's access token)");
  }

  /**
   * Finds the caller that an access token belongs to, with the current roles.
   *
   * @return fails with {@code CREDENTIALS_INVALID}, or {@code SESSION_ENDED} when the session or
   *     the account is closed
   */
  CompletionStage<Caller> authenticateAsync(RequestContext call, String accessToken);

  /**
   * Prepares {@link #authenticateAsync} for callers that may have to refuse the token unchecked.
   */
  TokenCheck prepare(RequestContext call, String accessToken);

  /** Does the same as {@link #authenticateAsync}, in the calling thread. */
  Caller authenticate(String accessToken);

  /** Validates an access token. An invalid token is a result, not a failure. */
  CompletionStage<TokenInfo> validateAsync(RequestContext call, String accessToken);

  /** Does the same as {@link #validateAsync}, in the calling thread. */
  TokenInfo validate(String accessToken);

  /**
   * Returns a page of a user's live sessions, the most recently used first, with the exact count of
   * all of them. A session that is refreshed between two pages moves to the front, so it may appear
   * on two pages or on none.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}; with {@code INVALID_REQUEST} on
   *     {@code pagination.page_token} when the token belongs to another list
   */
  Page<Session> list(RequestContext call, UserId user, PageRequest request);

  /**
   * Returns all live sessions of a user, the most recently used first.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}
   */
  List<Session> list(RequestContext call, UserId user);

  /**
   * Ends one of a user's sessions.
   *
   * @throws UserServiceException with {@code USER_NOT_FOUND}; with {@code SESSION_NOT_FOUND}, also
   *     when it is over or another user's
   */
  void revoke(RequestContext call, UserId user, SessionId session);

  /**
   * Ends a user's sessions, and drops a pending email, since somebody else may have requested it.
   *
   * @param but a session to keep
   * @return the number of ended sessions
   * @throws UserServiceException with {@code USER_NOT_FOUND}; with {@code
   *     REAUTHENTICATION_REQUIRED} when a user's session has not verified the password recently
   */
  int revokeAll(RequestContext call, UserId user, Optional<SessionId> but);

  /**
   * Returns the public keys that verify access tokens, as a JSON Web Key Set (RFC 7517). With a
   * shared secret, the set is empty.
   */
  String jwkSetJson();
}
