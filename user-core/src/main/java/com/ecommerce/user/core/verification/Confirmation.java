package com.ecommerce.user.core.verification;

import com.ecommerce.user.core.value.UserId;

/**
 * The result of confirming an email with a mailed link.
 *
 * @param user the user whose email was confirmed
 * @param endedSessions the number of sessions that ended; 0 unless this was the first proof of the
 *     mailbox and came from a different network and session than the registration
 */
public record Confirmation(UserId user, int endedSessions) {}
