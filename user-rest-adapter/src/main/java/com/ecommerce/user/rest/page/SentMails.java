package com.ecommerce.user.rest.page;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The mails that a service without a mail server keeps in place of sending them, for developers to
 * read. Implementations are thread-safe; their methods block.
 */
public interface SentMails {
  /**
   * A mail.
   *
   * @param id the name by which {@link #find} finds it; safe in a URL
   * @param text the plain text
   * @param html the same as an HTML document
   */
  record SentMail(
      String id, Instant time, String recipient, String subject, String text, String html) {
    /** Without its content, which may have a secret. */
    @Override
    public String toString() {
      return "SentMail[" + id + "]";
    }
  }

  /** Returns the newest mails, the newest first. */
  List<SentMail> newest(int limit);

  /** Returns a mail by its id. */
  Optional<SentMail> find(String id);
}
