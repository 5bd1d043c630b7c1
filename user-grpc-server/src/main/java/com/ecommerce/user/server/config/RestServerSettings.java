package com.ecommerce.user.server.config;

import com.ecommerce.user.rest.json.UnknownFields;
import com.ecommerce.user.rest.page.PageSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of the REST API.
 *
 * @param port the port; empty if REST is off
 * @param publicBaseUrl the URL under which clients reach REST; empty if it is not set
 * @param corsOrigins the origins whose pages may call; {@code *} stands for all
 * @param unknownFields the handling of body fields that the operation does not know
 * @param pages the pages for users
 * @param console whether there is a console for staff; empty if it is not set
 * @param pageTemplates a directory whose files replace built-in page templates and the stylesheet
 */
public record RestServerSettings(
    Optional<Integer> port,
    Optional<URI> publicBaseUrl,
    Set<String> corsOrigins,
    UnknownFields unknownFields,
    PageSettings.Offer pages,
    Optional<Boolean> console,
    Optional<Path> pageTemplates) {
  /** The hosts of URLs that only work on this machine. */
  private static final Set<String> LOCAL_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

  /** The option that turns REST off. */
  public static final String OFF_FLAG = "--no-rest";

  /** Returns the port; empty if REST is off. */
  static Optional<Integer> readPort(SettingReader reader) {
    boolean isOff = reader.option(OFF_FLAG).isPresent();
    return Optional.of(reader.integer(Setting.REST_PORT)).filter(port -> port >= 0 && !isOff);
  }

  /**
   * Returns the URL of REST on this machine. It has the default port if REST takes any free one,
   * which is not known yet, or is off.
   */
  static URI localUrl(SettingReader reader, Optional<Integer> port, TlsSettings tls) {
    String known =
        port.filter(chosen -> chosen != 0)
            .map(String::valueOf)
            .orElseGet(() -> reader.preset(Setting.REST_PORT));
    return URI.create((tls.isOn() ? "https" : "http") + "://localhost:" + known);
  }

  /** Reads the settings, and records problems in the reader. */
  static RestServerSettings read(
      SettingReader reader, Optional<Integer> port, MailServerSettings mail) {
    return new RestServerSettings(
        port,
        reader.text(Setting.PUBLIC_BASE_URL).map(text -> mail.content().publicBaseUrl()),
        reader.optional(Setting.CORS_ALLOWED_ORIGINS, RestServerSettings::origins).orElse(Set.of()),
        reader.choice(Setting.REST_UNKNOWN_FIELDS, UnknownFields.class),
        reader.choice(Setting.PAGES, PageSettings.Offer.class),
        reader.optional(Setting.CONSOLE, text -> Setting.CONSOLE.type().name(text).equals("on")),
        reader.optional(
            Setting.PAGE_TEMPLATES,
            text -> SettingReader.templates(text, PageSettings::checkTemplates)));
  }

  /** Returns whether clients reach REST under a name that works on other machines. */
  boolean hasPublicHost() {
    return publicBaseUrl
        .filter(url -> !LOCAL_HOSTS.contains(url.getHost().toLowerCase(Locale.ROOT)))
        .isPresent();
  }

  private static Set<String> origins(String text) {
    Set<String> origins = new LinkedHashSet<>();
    for (String origin : text.split(",", -1)) {
      origins.add(origin(origin.strip()));
    }
    return origins;
  }

  /** Checks that an origin has the form that browsers send: no path, no slash at the end. */
  private static String origin(String text) {
    if (!text.equals("*")
        && !text.matches(
            "https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\\[[0-9a-f:]+](:[0-9]{1,5})?")) {
      throw new IllegalArgumentException(
          (text.isEmpty() ? "an empty entry" : text)
              + " (expected: origins such as https://shop.example, separated by commas, or *)");
    }
    return text;
  }
}
