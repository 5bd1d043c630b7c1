package com.ecommerce.user.core.webhook;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.text.Ascii;
import com.ecommerce.user.core.internal.text.WebUrl;
import com.ecommerce.user.core.value.TextRule;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a webhook endpoint. Immutable.
 *
 * @param url the URL to which events are sent; see {@link #parseUrl}
 * @param types the types of the events to send, such as {@code user.updated}; empty for all
 * @param description a note for people; may be empty
 */
public record WebhookSettings(URI url, Set<String> types, String description) {
  /**
   * Events of these types are not sent: an endpoint learns nothing from its own administration, and
   * the address of one must not become known to another.
   */
  private static final String OWN_TYPES = "webhook.";

  private static final Set<Integer> WELL_KNOWN_PORTS = Set.of(-1, 80, 443);
  private static final int FIRST_FREE_PORT = 1_024;

  public WebhookSettings {
    requireNonNull(url, "url");
    types = Set.copyOf(requireNonNull(types, "types"));
    requireNonNull(description, "description");
  }

  /**
   * Reads an absolute URL of at most 2,048 ASCII characters, without user information and fragment.
   * Its port must be 80, 443 or at least 1024, so that no message reaches a mail server. The scheme
   * {@code http} is only accepted for addresses that the operator allows, which the {@link
   * WebhookTransport} checks when it connects.
   *
   * @throws InvalidValueException with rule {@code REQUIRED}, {@code TOO_LONG} or {@code
   *     INVALID_URL}
   */
  public static URI parseUrl(@Nullable String raw) {
    String text = WebUrl.parse(raw);
    if (text.isEmpty()) {
      throw InvalidValueException.required();
    }
    if (!text.chars().allMatch(character -> character < 0x80)) {
      throw invalidUrl("letters beyond ASCII", "percent-encoding, and xn-- in the host");
    }
    var url = URI.create(text);
    if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
      throw invalidUrl("not the URL of an endpoint", "a host, no user information, no fragment");
    }
    if (!WELL_KNOWN_PORTS.contains(url.getPort()) && url.getPort() < FIRST_FREE_PORT) {
      throw invalidUrl("port " + url.getPort(), "80, 443 or at least 1024");
    }
    return url;
  }

  private static InvalidValueException invalidUrl(String found, String expected) {
    return new InvalidValueException("INVALID_URL", found + " (expected: " + expected + ")");
  }

  /** Returns the types of the events that can be sent, in the order of {@link EventType}. */
  public static List<String> sentTypes() {
    return EventType.CODES.stream().filter(type -> !type.startsWith(OWN_TYPES)).toList();
  }

  /**
   * Returns the type with this name.
   *
   * @throws InvalidValueException with rule {@code UNKNOWN_VALUE}; with {@code UNSUPPORTED} for a
   *     type that is not sent
   */
  public static String parseType(@Nullable String raw) {
    String type = EventFilter.parseType(raw);
    if (type.startsWith(OWN_TYPES)) {
      throw new InvalidValueException(
          "UNSUPPORTED", "not sent to endpoints (expected: a type that is not about webhooks)");
    }
    return type;
  }

  /**
   * Returns the description, which follows {@link TextRule#NAME}.
   *
   * @throws InvalidValueException with rule {@code TOO_LONG} or {@code INVALID_CHARACTER}
   */
  public static String parseDescription(@Nullable String raw) {
    return TextRule.NAME.parse(raw);
  }

  /** Returns whether events of the type are sent. */
  public boolean admits(String type) {
    return !type.startsWith(OWN_TYPES) && (types.isEmpty() || types.contains(type));
  }

  /** Returns whether the URL has the scheme {@code http}, so that others can read the messages. */
  public boolean isPlaintext() {
    return Ascii.toLowerCase(url.getScheme()).equals("http");
  }
}
