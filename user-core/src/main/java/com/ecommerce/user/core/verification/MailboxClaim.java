package com.ecommerce.user.core.verification;

import java.util.Optional;

/**
 * What a link to verify an email is about, for the owner of the mailbox to decide.
 *
 * @param isOfNewAccount whether the account has no other email, and so ends with a refusal; else an
 *     account wants to have the email in place of its own
 * @param registration how the account was made; empty for another one's change, and when it is no
 *     longer known
 */
public record MailboxClaim(boolean isOfNewAccount, Optional<Registration> registration) {}
