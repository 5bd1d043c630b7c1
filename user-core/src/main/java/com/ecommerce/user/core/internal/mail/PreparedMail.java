package com.ecommerce.user.core.internal.mail;

import java.util.Optional;

/**
 * All that the text of a mail is made of.
 *
 * @param minted the secret of its link, if it has one
 */
record PreparedMail(QueuedMail queued, Recipient addressee, Optional<MailTokens.Minted> minted) {}
