package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.CertifiedServices;
import com.ecommerce.user.core.session.Sessions;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Identifies callers and checks their rights. Thread-safe. */
public final class Authenticator {
  private static final String SCHEME = "Bearer ";

  private final Sessions sessions;
  private final RateLimits limits;
  private final CertifiedServices services;
  private final Clock clock;

  public Authenticator(
      Sessions sessions, RateLimits limits, CertifiedServices services, Clock clock) {
    this.sessions = sessions;
    this.limits = limits;
    this.services = services;
    this.clock = clock;
  }

  /**
   * Identifies the caller by the access token or the client certificate of the request.
   *
   * @return the request with its caller; fails with {@code CREDENTIALS_MISSING}, {@code
   *     CREDENTIALS_INVALID}, {@code SESSION_ENDED}, or {@code RATE_LIMITED} if too many invalid
   *     tokens came from the client's network
   */
  CompletionStage<ApiRequest> identify(ApiRequest request) {
    return caller(request).orElseGet(Authenticator::missing).thenApply(request::by);
  }

  /**
   * Does the same as {@link #identify} for an operation that is open to anyone: a request without
   * credentials, or with invalid ones, is returned unchanged, since browsers send expired tokens,
   * too. Health checks and documents ignore credentials, since they must be available when sessions
   * cannot be looked up.
   */
  CompletionStage<ApiRequest> identifyIfPossible(ApiRequest request) {
    if (request.route().operation().cost() == Operation.Cost.FREE) {
      return CompletableFuture.completedStage(request);
    }
    return caller(request)
        .map(
            caller ->
                caller
                    .thenApply(request::by)
                    .exceptionally(failure -> anonymousIfRefused(request, failure)))
        .orElseGet(() -> CompletableFuture.completedStage(request));
  }

  private static ApiRequest anonymousIfRefused(ApiRequest request, Throwable failure) {
    var cause = Stages.expected(failure);
    if (cause.kind() == ErrorKind.UNAUTHENTICATED) {
      request.ignoreCredentials(cause);
      return request;
    }
    throw cause;
  }

  /**
   * Returns the request if its caller may do the operation.
   *
   * @throws UserServiceException with {@code ACCESS_DENIED}
   */
  static ApiRequest require(ApiRequest request, Operation operation) {
    Access.require(request.caller(), operation, request.target());
    return request;
  }

  /**
   * Returns the caller; empty without credentials. A token takes precedence over the connection's
   * certificate, which may be that of a proxy.
   */
  private Optional<CompletionStage<Caller>> caller(ApiRequest request) {
    return token(request)
        .map(token -> caller(request, token))
        .or(() -> certified(request).map(CompletableFuture::completedStage));
  }

  private static Optional<String> token(ApiRequest request) {
    return request
        .header("Authorization")
        .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
        .map(header -> header.substring(SCHEME.length()).strip())
        .filter(text -> !text.isEmpty());
  }

  private CompletionStage<Caller> caller(ApiRequest request, String token) {
    if (!request.route().operation().isOpen()) {
      request.noteToken();
    }
    return limits.authenticate(
        request.call().clientNetwork(), sessions.prepare(request.call(), token));
  }

  private static CompletionStage<Caller> missing() {
    return CompletableFuture.failedStage(
        UserServiceException.of(
            ErrorReason.CREDENTIALS_MISSING,
            "no access token (expected: the header Authorization: Bearer …)"));
  }

  /**
   * Returns the service that the client's certificate identifies. A browser presents its
   * certificate for the requests of any page, so a request with an {@code Origin} header needs a
   * token all the same.
   */
  private Optional<Caller> certified(ApiRequest request) {
    return request.header("Origin").isPresent()
        ? Optional.empty()
        : request
            .clientCertificate()
            .flatMap(certificate -> services.caller(certificate, clock.instant()))
            .map(service -> service);
  }
}
