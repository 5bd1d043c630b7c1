package com.ecommerce.user.core.session;

import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.time.Instant;
import java.util.Optional;

/**
 * A login of a user, which lasts until it is ended or has been unused for too long. Immutable.
 *
 * @param deviceName the name that the client sent; may be empty
 * @param clientNetwork the network that it was last used from, such as {@code 203.0.113.7/32}
 * @param lastUsedAt the time at which its tokens were last renewed, or else issued
 * @param expiresAt the time at which it ends unless its tokens are renewed before
 * @param authenticatedAt the time at which the password was last verified in the session; empty if
 *     unknown, for example for sessions from before it was recorded
 */
public record Session(
    SessionId id,
    UserId user,
    String deviceName,
    String clientNetwork,
    Instant createdAt,
    Instant lastUsedAt,
    Instant expiresAt,
    Optional<Instant> authenticatedAt) {}
