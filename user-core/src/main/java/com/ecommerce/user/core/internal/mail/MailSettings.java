package com.ecommerce.user.core.internal.mail;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.mail.MailSender;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings for the content of mails.
 *
 * @param publicBaseUrl the beginning of links, without a slash at its end
 * @param templates a directory whose files replace or add to the built-in templates
 */
public record MailSettings(MailSender sender, String publicBaseUrl, Optional<Path> templates) {
  public MailSettings {
    requireNonNull(sender, "sender");
    requireNonNull(publicBaseUrl, "publicBaseUrl");
    requireNonNull(templates, "templates");
  }

  /**
   * Returns settings with this URL.
   *
   * @throws IllegalArgumentException if links cannot be made from the URL
   */
  public static MailSettings of(MailSender sender, URI publicBaseUrl, Optional<Path> templates) {
    boolean web =
        "http".equalsIgnoreCase(publicBaseUrl.getScheme())
            || "https".equalsIgnoreCase(publicBaseUrl.getScheme());
    if (!web
        || publicBaseUrl.getHost() == null
        || publicBaseUrl.getRawQuery() != null
        || publicBaseUrl.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "publicBaseUrl: "
              + publicBaseUrl
              + " (expected: an http or https URL without query and fragment)");
    }
    String url = publicBaseUrl.toString();
    return new MailSettings(
        sender, url.endsWith("/") ? url.substring(0, url.length() - 1) : url, templates);
  }

  /** Returns the link to the page that uses the token. */
  String link(MailKind kind, String token) {
    return link(kind.linkPath(), token);
  }

  /** Returns the link to the page that refuses the email that the token would confirm. */
  String refusalLink(String token) {
    return link("/not-me", token);
  }

  private String link(String path, String token) {
    return publicBaseUrl + path + "?token=" + token;
  }
}
