package com.ecommerce.user.core.internal.mail;

import java.util.Optional;

/**
 * The data from which the text of a mail is made.
 *
 * @param minted the secret of its link, if it has one
 */
record PreparedMail(QueuedMail queued, Recipient addressee, Optional<MailTokens.Minted> minted) {}
