package com.ecommerce.user.core.internal.token;

import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.time.Instant;
import java.util.UUID;

/**
 * The content of a token that was verified: its signature, issuer, audience, type and time are
 * right.
 */
public sealed interface AccessToken {
  Instant expiresAt();

  /** Of a user. */
  record OfUser(UserId user, SessionId session, Instant expiresAt) implements AccessToken {}

  /** The token of another service. */
  record OfService(UUID client, Instant expiresAt) implements AccessToken {}
}
