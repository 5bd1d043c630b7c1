package com.ecommerce.user.server.mail;

import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.server.config.SmtpUrl;
import java.nio.file.Path;
import java.util.Optional;

/** Chooses the transport of mails. */
public final class MailTransports {
  private MailTransports() {}

  /**
   * Returns the transport to the mail server, or one that writes files.
   *
   * @param smtp the mail server; if empty, each mail becomes a file in the directory {@code mail}
   *     of the data directory
   */
  public static MailTransport of(Optional<SmtpUrl> smtp, Path dataDirectory) {
    return smtp.<MailTransport>map(SmtpMailTransport::new)
        .orElseGet(() -> new FileMailTransport(directory(dataDirectory)));
  }

  /** Returns the directory of the files that mails become without a mail server. */
  public static Path directory(Path dataDirectory) {
    return dataDirectory.resolve("mail");
  }
}
