package com.ecommerce.user.core.webhook;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.value.Uuids;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The id of a webhook endpoint, which never changes and is never reused. New ids are UUIDs of
 * version 7 (RFC 9562).
 */
public record WebhookId(UUID value) {
  public WebhookId {
    requireNonNull(value, "value");
  }

  /**
   * Reads a UUID in any letter case.
   *
   * @throws com.ecommerce.user.core.error.InvalidValueException with rule {@code REQUIRED} or
   *     {@code INVALID_UUID}
   */
  public static WebhookId parse(@Nullable String raw) {
    return new WebhookId(Uuids.parse(raw));
  }

  /** Returns the id in lower case, with hyphens. */
  @Override
  public String toString() {
    return value.toString();
  }
}
