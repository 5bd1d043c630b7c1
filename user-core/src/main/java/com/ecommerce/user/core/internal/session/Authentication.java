package com.ecommerce.user.core.internal.session;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.internal.token.AccessToken;
import com.ecommerce.user.core.internal.token.AccessTokens;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.TokenCheck;
import com.ecommerce.user.core.session.TokenInfo;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Authenticates the caller of an access token. The token is accepted only if its session and user,
 * or its service client, confirm it; their state is at most a few seconds old. Thread-safe.
 */
public final class Authentication {
  private final AccessTokens tokens;
  private final SessionReads sessions;
  private final ClientCache clients;
  private final Clock clock;

  public Authentication(
      AccessTokens tokens, SessionReads sessions, ClientCache clients, Clock clock) {
    this.tokens = tokens;
    this.sessions = sessions;
    this.clients = clients;
    this.clock = clock;
  }

  CompletionStage<Caller> authenticateAsync(RequestContext call, String accessToken) {
    requireNonNull(call, "call");
    requireNonNull(accessToken, "accessToken");
    return inspectAsync(call, accessToken).thenApply(TokenInfo::caller);
  }

  TokenCheck prepare(RequestContext call, String accessToken) {
    requireNonNull(call, "call");
    requireNonNull(accessToken, "accessToken");
    return new TokenCheck() {
      @Override
      public CompletionStage<Caller> find() {
        return authenticateAsync(call, accessToken);
      }

      @Override
      public boolean isVerified() {
        return tokens.known(accessToken, clock.instant().toEpochMilli()) != null;
      }
    };
  }

  Caller authenticate(String accessToken) {
    requireNonNull(accessToken, "accessToken");
    return inspect(accessToken).caller();
  }

  CompletionStage<TokenInfo> validateAsync(RequestContext call, String accessToken) {
    requireNonNull(call, "call");
    requireNonNull(accessToken, "accessToken");
    return inspectAsync(call, accessToken).exceptionally(Authentication::invalidOrThrow);
  }

  TokenInfo validate(String accessToken) {
    requireNonNull(accessToken, "accessToken");
    try {
      return inspect(accessToken);
    } catch (UserServiceException failed) {
      return invalidOrThrow(failed);
    }
  }

  private static TokenInfo invalidOrThrow(Throwable failure) {
    var cause = Stages.expected(failure);
    if (cause.kind() == ErrorKind.UNAUTHENTICATED) {
      return TokenInfo.INVALID;
    }
    throw cause;
  }

  /**
   * Returns the user or service of a token. Never blocks. The stage is complete on return if the
   * caches suffice.
   *
   * @return fails with {@code CREDENTIALS_INVALID} or {@code SESSION_ENDED}
   */
  private CompletionStage<TokenInfo> inspectAsync(RequestContext call, String accessToken) {
    long nowMillis = clock.instant().toEpochMilli();
    var token = tokens.known(accessToken, nowMillis);
    if (token == null) {
      return tokens.verifyAsync(accessToken).thenCompose(verified -> inspectAsync(call, verified));
    }
    var known = known(token, nowMillis);
    return known != null ? CompletableFuture.completedStage(known) : inspectAsync(call, token);
  }

  private CompletionStage<TokenInfo> inspectAsync(RequestContext call, AccessToken token) {
    if (token instanceof AccessToken.OfUser ofUser) {
      return sessions.stateAsync(call, ofUser).thenApply(state -> info(ofUser, state));
    }
    var ofService = (AccessToken.OfService) token;
    return clients
        .findAsync(call, ofService.client())
        .thenApply(client -> info(ofService, client.orElseThrow(AccessTokens::invalid)));
  }

  /** Does the same as {@link #inspectAsync}, but may block. */
  private TokenInfo inspect(String accessToken) {
    long nowMillis = clock.instant().toEpochMilli();
    var token = tokens.known(accessToken, nowMillis);
    var known = known(token, nowMillis);
    if (known != null) {
      return known;
    }
    if (token == null) {
      token = tokens.verify(accessToken);
    }
    if (token instanceof AccessToken.OfUser ofUser) {
      return info(ofUser, sessions.state(ofUser));
    }
    var ofService = (AccessToken.OfService) token;
    return info(ofService, clients.find(ofService.client()).orElseThrow(AccessTokens::invalid));
  }

  /**
   * Returns the verified token's user and session if the caches suffice to accept it, else null.
   */
  private TokenInfo known(AccessToken token, long nowMillis) {
    if (token instanceof AccessToken.OfUser ofUser) {
      var session = sessions.live(ofUser, nowMillis);
      return session == null
          ? null
          : new TokenInfo(
              true,
              session.caller(),
              session.email(),
              Optional.of(earlier(session.expiresAt(), token.expiresAt())));
    }
    if (token instanceof AccessToken.OfService ofService) {
      var client = clients.known(ofService.client());
      return client == null ? null : info(ofService, client);
    }
    return null;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static TokenInfo info(AccessToken.OfService token, Caller.Service client) {
    return new TokenInfo(true, client, Optional.empty(), Optional.of(token.expiresAt()));
  }

  private TokenInfo info(AccessToken.OfUser token, Optional<SessionState> known) {
    Instant now = clock.instant();
    var state =
        known
            .filter(found -> found.isLive(now) && found.user().equals(token.user()))
            .orElseThrow(Authentication::ended);
    return new TokenInfo(
        true,
        new Caller.User(token.user(), state.roles(), token.session()),
        Optional.of(state.email()),
        Optional.of(earlier(state.expiresAt(), token.expiresAt())));
  }

  String jwkSetJson() {
    return tokens.jwkSetJson();
  }

  static UserServiceException ended() {
    return UserServiceException.of(
        ErrorReason.SESSION_ENDED, "the session is over (expected: a new login)");
  }
}
