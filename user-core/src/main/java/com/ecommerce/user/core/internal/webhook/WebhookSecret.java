package com.ecommerce.user.core.internal.webhook;

import com.ecommerce.user.core.internal.crypto.Digests;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The key with which messages to an endpoint are signed, as <a
 * href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 * Webhooks</a> describes it. {@link #toString} masks it.
 */
record WebhookSecret(byte[] key) {
  private static final int KEY_BYTES = 32;
  private static final String PREFIX = "whsec_";
  private static final String VERSION = "v1,";

  static WebhookSecret random(SecureRandom random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return new WebhookSecret(key);
  }

  /** Returns the form in which receivers get the key. */
  String text() {
    return PREFIX + Base64.getEncoder().encodeToString(key);
  }

  /** Returns the signature of a message: an HMAC-SHA256 of its id, its time and its body. */
  String sign(String id, long timestamp, byte[] body) {
    var message = new ByteArrayOutputStream();
    message.writeBytes((id + '.' + timestamp + '.').getBytes(StandardCharsets.UTF_8));
    message.writeBytes(body);
    byte[] digest = Digests.hmacSha256(key, message.toByteArray());
    return VERSION + Base64.getEncoder().encodeToString(digest);
  }

  @Override
  public String toString() {
    return "WebhookSecret[masked]";
  }
}
