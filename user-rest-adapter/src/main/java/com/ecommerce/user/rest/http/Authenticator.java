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
   * Identifies the caller and checks that they may do the operation on the user that the path
   * names.
   *
   * @return the request with its caller; fails as {@link #identify} and {@link #require} do
   */
  public CompletionStage<ApiRequest> admit(ApiRequest request, Operation operation) {
    return identify(request).thenApply(known -> require(known, operation));
  }

  /**
   * Identifies the caller by the access token or the client certificate of the request.
   *
   * @return the request with its caller; fails with {@code CREDENTIALS_MISSING}, {@code
   *     CREDENTIALS_INVALID}, {@code SESSION_ENDED}, or {@code RATE_LIMITED} if too many invalid
   *     tokens came from the client's network
   */
  CompletionStage<ApiRequest> identify(ApiRequest request) {
    var token =
        request
            .header("Authorization")
            .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
            .map(header -> header.substring(SCHEME.length()).strip())
            .filter(text -> !text.isEmpty());
    return caller(request, token).thenApply(request::by);
  }

  /**
   * Does the same as {@link #identify}, but returns the request unchanged if it has no access token
   * or an invalid one. It serves routes whose requests contain their own proof.
   */
  public CompletionStage<ApiRequest> identifyIfPossible(ApiRequest request) {
    return request.header("Authorization").isEmpty()
        ? CompletableFuture.completedStage(request)
        : identify(request).exceptionally(failure -> anonymousIfRefused(request, failure));
  }

  private static ApiRequest anonymousIfRefused(ApiRequest request, Throwable failure) {
    var cause = Stages.expected(failure);
    if (cause.kind() == ErrorKind.UNAUTHENTICATED) {
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

  /** A token takes precedence over the connection's certificate, which may be that of a proxy. */
  private CompletionStage<? extends Caller> caller(ApiRequest request, Optional<String> token) {
    if (token.isPresent()) {
      request.noteToken();
      return limits.authenticate(
          request.call().clientNetwork(), sessions.look(request.call(), token.get()));
    }
    return certified(request)
        .map(CompletableFuture::completedStage)
        .orElseGet(
            () ->
                CompletableFuture.failedStage(
                    UserServiceException.of(
                        ErrorReason.CREDENTIALS_MISSING,
                        "no access token (expected: the header Authorization: Bearer …)")));
  }

  /**
   * Returns the service that the client's certificate identifies. A browser presents its
   * certificate for the requests of any page, so a request with an {@code Origin} header needs a
   * token all the same.
   */
  private Optional<Caller.Service> certified(ApiRequest request) {
    return request.header("Origin").isPresent()
        ? Optional.empty()
        : request
            .clientCertificate()
            .flatMap(certificate -> services.caller(certificate, clock.instant()));
  }
}
