package com.ecommerce.user.server.config;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.mail.LinkLifetimes;
import com.ecommerce.user.core.mail.MailSender;
import com.ecommerce.user.core.mail.MailSettings;
import java.net.URI;
import java.util.Optional;

/**
 * The settings of mail.
 *
 * @param smtp the mail server; if it is empty, each mail becomes a file in the data directory
 * @param content the settings for the content of mails
 */
public record MailServerSettings(Optional<SmtpUrl> smtp, MailSettings content) {
  /**
   * Reads the settings, and records problems in the reader.
   *
   * @param localUrl the beginning of links if PUBLIC_BASE_URL is not set
   */
  static MailServerSettings read(SettingReader reader, URI localUrl) {
    return new MailServerSettings(
        reader.optional(Setting.SMTP_URL, SmtpUrl::parse),
        new MailSettings(
            reader.value(Setting.MAIL_FROM, MailSender::parse),
            reader.optional(Setting.PUBLIC_BASE_URL, MailServerSettings::baseUrl).orElse(localUrl),
            reader.optional(
                Setting.MAIL_TEMPLATES,
                text -> SettingReader.templates(text, UserCore::checkMailTemplates)),
            new LinkLifetimes(
                reader.duration(Setting.EMAIL_VERIFICATION_LIFETIME_HOURS),
                reader.duration(Setting.PASSWORD_RESET_LIFETIME_MINUTES)),
            BrandReader.read(reader),
            reader.value(Setting.DEFAULT_LANGUAGE, Setting.DEFAULT_LANGUAGE.type()::name)));
  }

  /** Parses the URL. One with a password is refused, since the password would be in every mail. */
  private static URI baseUrl(String text) {
    return WebUrls.parse(
        text,
        url -> url.getRawUserInfo() == null && url.getQuery() == null && url.getFragment() == null,
        "not a URL that links can begin with (expected: a URL such as https://shop.example.com)");
  }
}
