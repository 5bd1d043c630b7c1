package com.ecommerce.user.core.verification;

import com.ecommerce.user.core.value.UserId;

/**
 * What a mailed link confirmed.
 *
 * @param user whose email it is
 * @param endedSessions how many sessions ended, since it was the first proof of the mailbox and did
 *     not come from where the account was made
 */
public record Confirmation(UserId user, int endedSessions) {}
