package com.ecommerce.user.core.webhook;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Map;

/**
 * A message to an endpoint. {@link #toString} omits the content. Not immutable, since the body is
 * an array, which must not be changed.
 *
 * @param url the URL, as {@link WebhookSettings#parseUrl} accepts it
 * @param headers the header fields, including {@code content-type}
 * @param body the body of the POST request
 */
public record WebhookMessage(URI url, Map<String, String> headers, byte[] body) {
  public WebhookMessage {
    requireNonNull(url, "url");
    headers = Map.copyOf(headers);
    requireNonNull(body, "body");
  }

  @Override
  public String toString() {
    return "WebhookMessage[" + url.getHost() + ", " + body.length + " bytes]";
  }
}
