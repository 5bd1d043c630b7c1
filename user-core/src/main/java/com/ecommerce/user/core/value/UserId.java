package com.ecommerce.user.core.value;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.InvalidValueException;
import java.util.UUID;

/**
 * Identifies a user for good. New ones are UUIDs of version 7 (RFC 9562), so they sort by time of
 * creation.
 */
public record UserId(UUID value) {
  public UserId {
    requireNonNull(value, "value");
  }

  /**
   * @throws InvalidValueException with rule {@code REQUIRED} or {@code INVALID_UUID}
   */
  public static UserId parse(String raw) {
    return new UserId(Uuids.parse(raw));
  }

  /** Lower case, with hyphens. */
  @Override
  public String toString() {
    return value.toString();
  }
}
