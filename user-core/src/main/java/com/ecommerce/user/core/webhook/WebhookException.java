package com.ecommerce.user.core.webhook;

/**
 * Thrown by a transport that got no answer from an endpoint. The message is short and is shown to
 * callers, so it must contain no part of the answer.
 */
public final class WebhookException extends Exception {
  public WebhookException(String message, Throwable cause) {
    super(message, cause);
  }
}
