package com.ecommerce.user.core.webhook;

import java.time.Duration;

/**
 * Sends messages to endpoints over HTTP. Implementations are thread-safe. The embedder closes a
 * transport that needs closing.
 *
 * <p>Since callers choose the URLs, an implementation must protect the network of the service
 * (server-side request forgery, OWASP): it checks the address that it connects to, whatever name
 * led to it, and follows no redirects.
 */
@FunctionalInterface
public interface WebhookTransport {
  /** The maximum time of a message, from the lookup of the host to the end of the answer. */
  Duration TIMEOUT = Duration.ofSeconds(5);

  /**
   * Sends a message with POST, and waits for the answer. Blocks, for about {@link #TIMEOUT} at
   * most.
   *
   * @throws WebhookException if there was no answer in time
   */
  WebhookAnswer post(WebhookMessage message) throws WebhookException;
}
