package com.ecommerce.user.rest;

import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.session.Sessions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds out who calls, and whether they may. Thread-safe. */
final class Gate {
  private static final String SCHEME = "Bearer ";

  private final Sessions sessions;
  private final RateLimits limits;

  Gate(Sessions sessions, RateLimits limits) {
    this.sessions = sessions;
    this.limits = limits;
  }

  /**
   * @param header the header Authorization; may be null
   */
  static boolean hasToken(String header) {
    return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /**
   * The request by a caller who may do the operation, on whom its path is about.
   *
   * @return fails as {@link #identify} and {@link #require}
   */
  CompletionStage<RestRequest> admit(RestRequest request, Operation operation) {
    return identify(request).thenApply(known -> require(known, operation));
  }

  /**
   * The request by the caller whose access token it brings.
   *
   * @return fails with {@code CREDENTIALS_MISSING}, {@code CREDENTIALS_INVALID}, {@code
   *     SESSION_ENDED}, or {@code RATE_LIMITED} where too many bad tokens came from
   */
  CompletionStage<RestRequest> identify(RestRequest request) {
    var token =
        request
            .header("Authorization")
            .filter(Gate::hasToken)
            .map(header -> header.substring(SCHEME.length()).strip())
            .filter(text -> !text.isEmpty());
    if (token.isEmpty()) {
      return CompletableFuture.failedStage(
          UserServiceException.of(
              ErrorReason.CREDENTIALS_MISSING,
              "no access token (expected: the header Authorization: Bearer …)"));
    }
    return limits
        .authenticate(request.call().clientNetwork(), () -> sessions.authenticateAsync(token.get()))
        .thenApply(request::by);
  }

  /**
   * @throws UserServiceException with {@code ACCESS_DENIED}
   */
  static RestRequest require(RestRequest request, Operation operation) {
    Access.require(request.caller(), operation, request.target());
    return request;
  }
}
