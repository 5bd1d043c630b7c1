package com.ecommerce.user.core.value;

import com.ecommerce.user.core.error.InvalidValueException;
import java.net.URI;
import java.net.URISyntaxException;

/** Absolute http and https addresses of at most 2,048 characters (RFC 3986). */
public final class WebUrl {
  private static final int MAX_LENGTH = 2_048;

  private WebUrl() {}

  /**
   * The trimmed URL; empty for null or blank.
   *
   * @throws InvalidValueException with rule {@code TOO_LONG} or {@code INVALID_URL}
   */
  public static String parse(String raw) {
    String url = WhiteSpace.trim(raw);
    if (url.isEmpty()) {
      return "";
    }
    if (url.codePointCount(0, url.length()) > MAX_LENGTH) {
      throw new InvalidValueException(
          "TOO_LONG", url.length() + " characters (expected: at most " + MAX_LENGTH + ")");
    }
    if (!isWebUrl(url)) {
      throw new InvalidValueException(
          "INVALID_URL", "not a web address (expected: http:// or https:// and a host)");
    }
    return url;
  }

  private static boolean isWebUrl(String url) {
    try {
      var uri = new URI(url);
      boolean web =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      return web && uri.getRawUserInfo() == null && hasHost(uri);
    } catch (URISyntaxException notAUri) {
      return false;
    }
  }

  /**
   * An internationalised host is no server-based authority to java.net.URI, which then names it
   * only there.
   */
  private static boolean hasHost(URI uri) {
    return uri.getHost() != null
        || (uri.getRawAuthority() != null && uri.getRawAuthority().matches("[^@:\\s]+(:\\d+)?"));
  }
}
