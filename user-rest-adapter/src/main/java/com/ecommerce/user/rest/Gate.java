package com.ecommerce.user.rest;

import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.session.Sessions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds out who calls, and whether they may. Thread-safe. */
final class Gate {
  private static final String SCHEME = "Bearer ";

  private final Sessions sessions;

  Gate(Sessions sessions) {
    this.sessions = sessions;
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
   * @return fails with {@code CREDENTIALS_MISSING}, {@code CREDENTIALS_INVALID}, {@code
   *     SESSION_ENDED} or {@code ACCESS_DENIED}
   */
  CompletionStage<RestRequest> admit(RestRequest request, Operation operation) {
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
    return sessions
        .authenticateAsync(request.call(), token.get())
        .thenApply(
            caller -> {
              var known = request.by(caller);
              Access.require(caller, operation, known.target());
              return known;
            });
  }
}
