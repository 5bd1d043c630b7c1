package com.ecommerce.user.rest.page;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The mails that a service without a mail server keeps instead of sending them, for developers to
 * read. Implementations are thread-safe; their methods block.
 */
public interface SentMails {
  /**
   * A mail.
   *
   * @param id the id for {@link #find}, which needs no escaping in a URL
   * @param text the plain text
   * @param html the same as an HTML document
   */
  record SentMail(
      String id, Instant time, String recipient, String subject, String text, String html) {
    /** Omits the content, which may contain a secret. */
    @Override
    public String toString() {
      return "SentMail[" + id + "]";
    }
  }

  /**
   * Returns the secret in the path of the pages, without which nobody finds them. The links in the
   * mails log users in, and the address of a client does not tell a developer from a proxy.
   */
  String key();

  /** Returns the newest mails, the newest first. */
  List<SentMail> newest(int limit);

  /** Returns a mail by its id. */
  Optional<SentMail> find(String id);
}
