package com.ecommerce.user.core.session;

import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.time.Instant;
import java.util.Optional;

/**
 * One login of a user, which lasts until it is ended or too long unused.
 *
 * @param deviceName as the client told it; may be empty
 * @param clientNetwork where it was last used from, such as {@code 203.0.113.7/32}
 * @param lastUsedAt when its tokens were last renewed, or else made
 * @param expiresAt when it is over unless its tokens are renewed before
 * @param authenticatedAt when the password was last verified in the session; empty if unknown, such
 *     as for sessions from before it was recorded
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
