package com.ecommerce.user.server.webhook;

import com.ecommerce.user.core.request.Networks;
import com.ecommerce.user.core.webhook.WebhookAnswer;
import com.ecommerce.user.core.webhook.WebhookException;
import com.ecommerce.user.core.webhook.WebhookMessage;
import com.ecommerce.user.core.webhook.WebhookTransport;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Sends webhooks over HTTP/1.1, to addresses that {@link AddressRules} allows. The client is made
 * when the first message is sent. Thread-safe.
 */
public final class HttpWebhookTransport implements WebhookTransport, AutoCloseable {
  private final AddressRules rules;
  private final Duration timeout;
  private final Optional<SSLContext> trusting;

  /** Null before the first message. Guarded by this. */
  private WebhookClient client;

  private boolean closed;

  /**
   * @param allowed the networks that may be used although they are not of the internet, also
   *     without TLS
   */
  public HttpWebhookTransport(Networks allowed) {
    this(new AddressRules(allowed, InetAddress::getAllByName), TIMEOUT, Optional.empty());
  }

  /**
   * @param trusting verifies the certificates of endpoints; if empty, the JDK's default does
   */
  HttpWebhookTransport(AddressRules rules, Duration timeout, Optional<SSLContext> trusting) {
    this.rules = rules;
    this.timeout = timeout;
    this.trusting = trusting;
  }

  @Override
  public WebhookAnswer post(WebhookMessage message) throws WebhookException {
    return client().post(message);
  }

  private synchronized WebhookClient client() throws WebhookException {
    if (closed) {
      throw new WebhookException("the service is stopping", null);
    }
    if (client == null) {
      client = new WebhookClient(rules, timeout, trusting);
    }
    return client;
  }

  /** Closes all connections. Messages that are being sent fail. */
  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.close();
    }
  }
}
