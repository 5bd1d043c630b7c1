package com.ecommerce.user.core.session;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.TextRule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The other services of the platform, which call with tokens of their own. Thread-safe; the methods
 * block.
 */
public interface ServiceClients {
  /**
   * The details of a client, without its secret.
   *
   * @param secretChangedAt empty if the client still has its first secret
   * @param previousSecretUntil the time until which the previous secret is accepted, which may be
   *     past; empty if there is none
   */
  record Details(
      ServiceClient client,
      Instant createdAt,
      Optional<Instant> secretChangedAt,
      Optional<Instant> previousSecretUntil) {}

  /**
   * A client with a new secret. {@link #toString} masks the secret.
   *
   * @param secret the secret, which is not stored and cannot be read again
   */
  record Created(ServiceClient client, String secret) {
    @Override
    public String toString() {
      return "Created[" + client + ", masked]";
    }
  }

  /**
   * Creates a client with a random secret of 256 bits.
   *
   * @param name a {@link TextRule#CLIENT_NAME}, not empty; appears in the event log as {@code
   *     service:} and the name
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code name}; with {@code
   *     CLIENT_NAME_TAKEN}
   */
  Created create(RequestContext call, String name);

  /** Returns all clients, ordered by name. */
  List<Details> list(RequestContext call);

  /**
   * Gives a client a new secret. The previous secret is still accepted for a while, so that it can
   * be replaced without an interruption; older ones are not. Issued tokens stay valid.
   *
   * @param overlap the time for which the previous secret is still accepted; zero for a leaked
   *     secret
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code name}; with {@code
   *     CLIENT_NOT_FOUND}
   */
  Created rotate(RequestContext call, String name, Duration overlap);

  /**
   * Gives a client a new secret, as {@link #rotate(RequestContext, String, Duration)}, unless it
   * got one in the meantime.
   *
   * @param secretChangedAt the {@link Details#secretChangedAt} that the caller knows
   * @throws UserServiceException also with {@code VERSION_MISMATCH} if it is another one
   */
  Created rotate(
      RequestContext call, String name, Duration overlap, Optional<Instant> secretChangedAt);

  /**
   * Deletes a client. Its tokens stop working immediately on this instance, and within 3 seconds on
   * all others. It can get no more tokens.
   *
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code name}; with {@code
   *     CLIENT_NOT_FOUND}
   */
  void delete(RequestContext call, String name);

  /**
   * Issues a token for a client, which is valid until its lifetime ends. There is no refresh token:
   * the client requests another access token.
   *
   * @throws UserServiceException with {@code CREDENTIALS_INVALID}, the same for an unknown client
   *     and a wrong secret
   */
  ServiceToken issueToken(RequestContext call, String clientId, String secret);
}
