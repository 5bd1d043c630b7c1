package com.ecommerce.user.server.config;

import com.ecommerce.user.rest.http.UnknownFields;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The operator's options for the REST API.
 *
 * @param port empty: no REST
 * @param publicBaseUrl where clients reach it; empty when that was not told
 * @param corsOrigins whose pages may call; {@code *} is everyone's
 * @param unknownFields the handling of body fields that the operation does not know
 */
public record RestServerSettings(
    Optional<Integer> port,
    Optional<URI> publicBaseUrl,
    Set<String> corsOrigins,
    UnknownFields unknownFields) {
  public static final String PORT_SETTING = Setting.REST_PORT.title();

  private static final int OFF = -1;
  private static final int PRESET_PORT = 8_000;

  /** The port; empty when REST is off. */
  static Optional<Integer> readPort(SettingReader reader) {
    int port = reader.integer(Setting.REST_PORT, PRESET_PORT, OFF, 65_535);
    boolean off = port == OFF || reader.isSet("--no-rest");
    return off ? Optional.empty() : Optional.of(port);
  }

  /**
   * Returns the URL of REST on this machine. It has the usual port if REST takes any free one,
   * which is not known yet, or is off.
   */
  static URI localUrl(Optional<Integer> port, TlsSettings tls) {
    int known = port.filter(chosen -> chosen != 0).orElse(PRESET_PORT);
    return URI.create((tls.isOn() ? "https" : "http") + "://localhost:" + known);
  }

  /** Notes what is wrong in the reader. */
  static RestServerSettings read(
      SettingReader reader, Optional<Integer> port, MailServerSettings mail) {
    return new RestServerSettings(
        port,
        reader.text(Setting.PUBLIC_BASE_URL).map(told -> mail.publicBaseUrl()),
        reader.parse(Setting.CORS_ALLOWED_ORIGINS, Set.of(), RestServerSettings::origins),
        reader.choice(Setting.REST_UNKNOWN_FIELDS, UnknownFields.REJECT, UnknownFields.class));
  }

  private static Set<String> origins(String text) {
    Set<String> origins = new LinkedHashSet<>();
    for (String origin : text.split(",")) {
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
          text + " (expected: origins such as https://shop.example, separated by commas, or *)");
    }
    return text;
  }
}
