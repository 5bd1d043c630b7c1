package com.ecommerce.user.server.config;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.mail.LinkLifetimes;
import com.ecommerce.user.core.mail.MailSender;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The operator's options for mail.
 *
 * @param smtp empty: each mail becomes a file in the data directory
 * @param publicBaseUrl what the links in mails begin with
 * @param templates a folder whose files replace and add to the built-in templates
 */
public record MailServerSettings(
    Optional<SmtpUrl> smtp,
    MailSender from,
    URI publicBaseUrl,
    Optional<Path> templates,
    LinkLifetimes lifetimes) {
  private static final int MAX_HOURS = 24 * 30;
  private static final int MAX_MINUTES = 24 * 60;
  private static final String NO_BASE_URL =
      "no address that links can begin with (expected: such as https://shop.example.com)";

  /**
   * @param localUrl what links begin with where the operator does not say
   */
  static MailServerSettings read(SettingReader reader, URI localUrl) {
    return new MailServerSettings(
        reader.parse(Setting.SMTP_URL, Optional.empty(), url -> Optional.of(SmtpUrl.parse(url))),
        reader.parse(
            Setting.MAIL_FROM, MailSender.parse("no-reply@localhost"), MailServerSettings::sender),
        reader.parse(Setting.PUBLIC_BASE_URL, localUrl, MailServerSettings::baseUrl),
        reader.parse(
            Setting.MAIL_TEMPLATES, Optional.empty(), folder -> Optional.of(folder(folder))),
        new LinkLifetimes(
            Duration.ofHours(
                reader.integer(Setting.EMAIL_VERIFICATION_LIFETIME_HOURS, 24, 1, MAX_HOURS)),
            Duration.ofMinutes(
                reader.integer(Setting.PASSWORD_RESET_LIFETIME_MINUTES, 60, 1, MAX_MINUTES))));
  }

  private static MailSender sender(String text) {
    try {
      return MailSender.parse(text);
    } catch (InvalidValueException invalid) {
      throw new IllegalArgumentException(invalid.getMessage(), invalid);
    }
  }

  /**
   * Reads the URL. Errors do not show the text: it may have a password in it, and would be in every
   * mail.
   */
  private static URI baseUrl(String text) {
    try {
      var url = new URI(text);
      boolean web =
          "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
      boolean bare =
          url.getRawUserInfo() == null && url.getQuery() == null && url.getFragment() == null;
      if (web && bare && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException notAUri) {
      throw new IllegalArgumentException(NO_BASE_URL, notAUri);
    }
    throw new IllegalArgumentException(NO_BASE_URL);
  }

  private static Path folder(String text) {
    String problem = text + " (expected: a folder)";
    try {
      Path folder = Path.of(text);
      if (Files.isDirectory(folder)) {
        return folder;
      }
    } catch (InvalidPathException impossible) {
      throw new IllegalArgumentException(problem, impossible);
    }
    throw new IllegalArgumentException(problem);
  }
}
