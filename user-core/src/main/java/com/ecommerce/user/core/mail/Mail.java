package com.ecommerce.user.core.mail;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.value.UserId;
import java.time.Instant;

/**
 * A mail, ready to send. Its texts may contain a secret, which {@link #toString} does not show.
 * Immutable.
 *
 * @param messageId the message id with its angle brackets, the same for each copy of a mail (RFC
 *     5322, section 3.6.4)
 * @param subject one line, never empty
 * @param text the plain text
 * @param html the same as an HTML document
 * @param date the time at which it was queued
 * @param user the user to whom it is addressed
 */
public record Mail(
    String messageId,
    Email recipient,
    MailSender sender,
    String subject,
    String text,
    String html,
    Instant date,
    UserId user) {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the subject or the message id could end its header line
   */
  public Mail {
    requireNonNull(messageId, "messageId");
    requireNonNull(recipient, "recipient");
    requireNonNull(sender, "sender");
    requireNonNull(subject, "subject");
    requireNonNull(text, "text");
    requireNonNull(html, "html");
    requireNonNull(date, "date");
    requireNonNull(user, "user");
    requireLine("messageId", messageId);
    requireLine("subject", subject);
  }

  /**
   * Checks that a text is a single line, which cannot end its header line.
   *
   * @throws IllegalArgumentException otherwise; the message names {@code what}
   */
  public static void requireLine(String what, String value) {
    if (value.isBlank() || value.codePoints().anyMatch(Mail::endsLine)) {
      throw new IllegalArgumentException(
          what + ": empty or with a control character (expected: one line of text)");
    }
  }

  /** Returns the text with a space in place of each character that could end its header line. */
  public static String asLine(String text) {
    return text.codePoints()
        .map(codePoint -> endsLine(codePoint) ? ' ' : codePoint)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean endsLine(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.CONTROL
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE;
  }

  @Override
  public String toString() {
    return "Mail[" + messageId + "]";
  }
}
