package com.ecommerce.user.core.verification;

import java.util.Optional;

/**
 * The claim of an account to a mailbox, which the owner of the mailbox confirms or refuses.
 *
 * @param isOfNewAccount whether the account is new and has no other email, so that a refusal
 *     deletes it; otherwise an existing account is about to change to the email
 * @param registration the origin of a new account; empty for a change of the email, and if it is
 *     unknown
 * @param timezone the IANA time zone of the account's profile; empty if it has none
 */
public record MailboxClaim(
    boolean isOfNewAccount, Optional<Registration> registration, String timezone) {}
