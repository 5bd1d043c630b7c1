package com.ecommerce.user.rest;

import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.CertifiedServices;
import com.ecommerce.user.core.session.Sessions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds out who calls, and whether they may. Thread-safe. */
final class Gate {
  private static final String SCHEME = "Bearer ";

  private final Sessions sessions;
  private final CertifiedServices services;

  Gate(Sessions sessions, CertifiedServices services) {
    this.sessions = sessions;
    this.services = services;
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
    return caller(request, token)
        .thenApply(
            caller -> {
              var known = request.by(caller);
              Access.require(caller, operation, known.target());
              return known;
            });
  }

  /** A token wins over the connection's certificate, which may be that of a proxy. */
  private CompletionStage<? extends Caller> caller(RestRequest request, Optional<String> token) {
    if (token.isPresent()) {
      return sessions.authenticateAsync(token.get());
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
   * The service whose certificate the client showed. A browser shows one for every page that asks
   * it to, so that a page's request, which tells its origin, needs a token all the same.
   */
  private Optional<Caller.Service> certified(RestRequest request) {
    return request.header("Origin").isPresent()
        ? Optional.empty()
        : request.clientCertificate().flatMap(services::caller);
  }
}
