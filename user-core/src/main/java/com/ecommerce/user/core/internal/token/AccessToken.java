package com.ecommerce.user.core.internal.token;

import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.time.Instant;
import java.util.UUID;

/** The content of a verified token, whose signature, issuer, audience, type and time are valid. */
public sealed interface AccessToken {
  Instant expiresAt();

  /** The token of a user. */
  record OfUser(UserId user, SessionId session, Instant expiresAt) implements AccessToken {}

  /** The token of another service. */
  record OfService(UUID client, Instant expiresAt) implements AccessToken {}
}
