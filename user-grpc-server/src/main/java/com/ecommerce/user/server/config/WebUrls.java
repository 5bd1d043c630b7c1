package com.ecommerce.user.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.Predicate;

/** Parses settings that are URLs of HTTP servers. Stateless. */
final class WebUrls {
  private WebUrls() {}

  /**
   * Parses the URL, which has the scheme http or https and a host.
   *
   * @param isAllowed returns whether the setting may have this URL
   * @param problem the message for any other text. It must not contain the text, which may have a
   *     password
   * @throws IllegalArgumentException with that message
   */
  static URI parse(String text, Predicate<URI> isAllowed, String problem) {
    try {
      var url = new URI(text);
      boolean isWeb =
          "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
      if (isWeb && url.getHost() != null && isAllowed.test(url)) {
        return url;
      }
    } catch (URISyntaxException noUrl) {
      throw new IllegalArgumentException(problem, noUrl);
    }
    throw new IllegalArgumentException(problem);
  }
}
