package com.ecommerce.user.core.internal.text;

import com.ecommerce.user.core.error.InvalidValueException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Absolute http and https URLs of at most 2,048 characters (RFC 3986). Stateless. */
public final class WebUrl {
  private static final int MAX_LENGTH = 2_048;

  private static final Pattern AUTHORITY =
      Pattern.compile("((?<ip6>\\[[0-9A-Fa-f:.]+])|(?<name>[^@:\\[\\]]+))(:(?<port>[0-9]*))?");

  private WebUrl() {}

  /**
   * Returns the trimmed URL; empty for null or a blank text.
   *
   * @throws InvalidValueException with rule {@code TOO_LONG} or {@code INVALID_URL}
   */
  public static String parse(@Nullable String raw) {
    String url = WhiteSpace.trim(raw);
    if (url.isEmpty()) {
      return "";
    }
    if (url.codePointCount(0, url.length()) > MAX_LENGTH) {
      throw new InvalidValueException(
          "TOO_LONG", url.length() + " characters (expected: at most " + MAX_LENGTH + ")");
    }
    if (url.codePoints().anyMatch(WebUrl::isMisleading) || !isWebUrl(url)) {
      throw new InvalidValueException(
          "INVALID_URL", "not a web address (expected: http:// or https:// and a host)");
    }
    return url;
  }

  /**
   * Returns whether the code point is refused in all texts. java.net.URI refuses only control
   * characters.
   */
  private static boolean isMisleading(int codePoint) {
    return Characters.isBidirectionalControl(codePoint) || Characters.isSurrogate(codePoint);
  }

  private static boolean isWebUrl(String url) {
    try {
      var uri = new URI(url);
      boolean web =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      return web && uri.getRawAuthority() != null && isHostAndPort(uri.getRawAuthority());
    } catch (URISyntaxException notAUri) {
      return false;
    }
  }

  /** Checks the authority. java.net.URI does not support hosts with letters beyond ASCII. */
  private static boolean isHostAndPort(String authority) {
    var parts = AUTHORITY.matcher(authority);
    if (!parts.matches()) {
      return false;
    }
    String port = parts.group("port");
    boolean validPort =
        port == null || port.isEmpty() || (port.length() <= 5 && Integer.parseInt(port) <= 65_535);
    // java.net.URI has checked what is between the brackets.
    return validPort && (parts.group("ip6") != null || DomainName.isValid(parts.group("name")));
  }
}
