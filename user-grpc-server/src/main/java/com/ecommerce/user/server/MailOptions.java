package com.ecommerce.user.server;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.mail.MailSender;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.verification.TokenLifetimes;
import com.ecommerce.user.server.mail.FileMailTransport;
import com.ecommerce.user.server.mail.SmtpMailTransport;
import com.ecommerce.user.server.mail.SmtpUrl;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the operator chose about mail.
 *
 * @param smtp empty: each mail becomes a file in the data directory
 * @param publicBaseUrl what the links in mails begin with
 * @param templates a folder whose files replace and add to the built-in templates
 */
record MailOptions(
    Optional<SmtpUrl> smtp,
    MailSender from,
    URI publicBaseUrl,
    Optional<Path> templates,
    TokenLifetimes lifetimes) {
  private static final int MAX_HOURS = 24 * 30;
  private static final int MAX_MINUTES = 24 * 60;

  static MailOptions read(SettingReader reader) {
    return new MailOptions(
        reader.parse(
            "SMTP_URL",
            reader.text("SMTP_URL"),
            Optional.empty(),
            url -> Optional.of(SmtpUrl.parse(url))),
        reader.parse(
            "MAIL_FROM",
            reader.text("MAIL_FROM"),
            MailSender.parse("no-reply@localhost"),
            MailOptions::sender),
        reader.parse(
            "PUBLIC_BASE_URL",
            reader.text("PUBLIC_BASE_URL"),
            URI.create("http://localhost:8000"),
            MailOptions::baseUrl),
        reader.parse(
            "MAIL_TEMPLATES",
            reader.text("MAIL_TEMPLATES"),
            Optional.empty(),
            folder -> Optional.of(folder(folder))),
        new TokenLifetimes(
            Duration.ofHours(reader.integer("EMAIL_VERIFICATION_LIFETIME_HOURS", 24, 1, MAX_HOURS)),
            Duration.ofMinutes(
                reader.integer("PASSWORD_RESET_LIFETIME_MINUTES", 60, 1, MAX_MINUTES))));
  }

  private static MailSender sender(String text) {
    try {
      return MailSender.parse(text);
    } catch (InvalidValueException invalid) {
      throw new IllegalArgumentException(invalid.getMessage(), invalid);
    }
  }

  private static URI baseUrl(String text) {
    URI url = URI.create(text);
    boolean web =
        "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
    if (!web || url.getHost() == null || url.getQuery() != null || url.getFragment() != null) {
      throw new IllegalArgumentException(text + " (expected: such as https://shop.example.com)");
    }
    return url;
  }

  private static Path folder(String text) {
    Path folder = Path.of(text);
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(text + " (expected: a folder)");
    }
    return folder;
  }

  MailTransport transport(Path dataDirectory) {
    return smtp.<MailTransport>map(SmtpMailTransport::new)
        .orElseGet(() -> new FileMailTransport(dataDirectory.resolve("mail")));
  }
}
