package com.ecommerce.user.core.mail;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.brand.Brand;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings for the content of mails. Immutable.
 *
 * @param sender the sender of all mails. Default: {@code no-reply@localhost}
 * @param publicBaseUrl the beginning of the links in mails: an http or https URL without query and
 *     fragment; a slash at its end is removed. Default: {@code http://localhost:8000}
 * @param templates a directory whose files replace the built-in templates and add languages.
 *     Default: none
 * @param linkLifetimes the time for which the links in mails work. Default: {@link
 *     LinkLifetimes#DEFAULT}
 * @param brand the shop in whose name mails are sent. If its name is empty, that of the sender is
 *     used. Default: {@link Brand#NONE}
 * @param defaultLanguage one of {@link Languages#ALL}, for users who have not chosen a language.
 *     Default: English
 */
public record MailSettings(
    MailSender sender,
    URI publicBaseUrl,
    Optional<Path> templates,
    LinkLifetimes linkLifetimes,
    Brand brand,
    String defaultLanguage) {
  /** The defaults: a sender and links on this machine, for development. */
  public static final MailSettings DEFAULT =
      new MailSettings(
          MailSender.parse("no-reply@localhost"),
          URI.create("http://localhost:8000"),
          Optional.empty(),
          LinkLifetimes.DEFAULT,
          Brand.NONE,
          Languages.ALL.get(0));

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if links cannot begin with the URL, or the language has no
   *     texts
   */
  public MailSettings {
    requireNonNull(sender, "sender");
    requireNonNull(publicBaseUrl, "publicBaseUrl");
    requireNonNull(templates, "templates");
    requireNonNull(linkLifetimes, "linkLifetimes");
    requireNonNull(brand, "brand");
    requireNonNull(defaultLanguage, "defaultLanguage");
    if (!Languages.ALL.contains(defaultLanguage)) {
      throw new IllegalArgumentException(
          "defaultLanguage: " + defaultLanguage + " (expected: one of " + Languages.ALL + ")");
    }
    publicBaseUrl = parseBaseUrl(publicBaseUrl);
  }

  private static URI parseBaseUrl(URI url) {
    boolean web =
        "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
    if (!web
        || url.getHost() == null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "publicBaseUrl: " + url + " (expected: an http or https URL without query and fragment)");
    }
    String text = url.toString();
    return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
  }

  /** Returns these settings with another {@code sender}. */
  public MailSettings withSender(MailSender sender) {
    return new MailSettings(
        sender, publicBaseUrl, templates, linkLifetimes, brand, defaultLanguage);
  }

  /** Returns these settings with another {@code publicBaseUrl}. */
  public MailSettings withPublicBaseUrl(URI publicBaseUrl) {
    return new MailSettings(
        sender, publicBaseUrl, templates, linkLifetimes, brand, defaultLanguage);
  }

  /** Returns these settings with other {@code templates}. */
  public MailSettings withTemplates(Path templates) {
    return new MailSettings(
        sender,
        publicBaseUrl,
        Optional.of(requireNonNull(templates, "templates")),
        linkLifetimes,
        brand,
        defaultLanguage);
  }

  /** Returns these settings with other {@code linkLifetimes}. */
  public MailSettings withLinkLifetimes(LinkLifetimes linkLifetimes) {
    return new MailSettings(
        sender, publicBaseUrl, templates, linkLifetimes, brand, defaultLanguage);
  }

  /** Returns these settings with another {@code brand}. */
  public MailSettings withBrand(Brand brand) {
    return new MailSettings(
        sender, publicBaseUrl, templates, linkLifetimes, brand, defaultLanguage);
  }

  /** Returns these settings with another {@code defaultLanguage}. */
  public MailSettings withDefaultLanguage(String defaultLanguage) {
    return new MailSettings(
        sender, publicBaseUrl, templates, linkLifetimes, brand, defaultLanguage);
  }
}
