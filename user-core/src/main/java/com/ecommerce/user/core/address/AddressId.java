package com.ecommerce.user.core.address;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.value.Uuids;
import java.util.UUID;

/** Identifies an address for good. New ones are UUIDs of version 7 (RFC 9562). */
public record AddressId(UUID value) {
  public AddressId {
    requireNonNull(value, "value");
  }

  /**
   * @throws com.ecommerce.user.core.error.InvalidValueException with rule {@code REQUIRED} or
   *     {@code INVALID_UUID}
   */
  public static AddressId parse(String raw) {
    return new AddressId(Uuids.parse(raw));
  }

  /** Lower case, with hyphens. */
  @Override
  public String toString() {
    return value.toString();
  }
}
