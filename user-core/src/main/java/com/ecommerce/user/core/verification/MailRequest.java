package com.ecommerce.user.core.verification;

/**
 * The outcome of a request for mail.
 *
 * @param sent whether a mail was queued; always true for a password reset that was requested for an
 *     address, whether or not the address has an account
 * @param message a message for people
 */
public record MailRequest(boolean sent, String message) {}
