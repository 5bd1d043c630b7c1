package com.ecommerce.user.core.address;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.value.Ascii;
import com.ecommerce.user.core.value.WhiteSpace;

/** What an address is for. The names are stored. */
public enum AddressType {
  /** Where goods go. */
  SHIPPING,
  /** Where bills go. */
  BILLING,
  /** Both. */
  BOTH;

  /**
   * Reads a name in any letter case.
   *
   * @throws InvalidValueException with rule {@code REQUIRED} or {@code INVALID_ADDRESS_TYPE}
   */
  public static AddressType parse(String raw) {
    String name = WhiteSpace.trim(raw);
    if (name.isEmpty()) {
      throw InvalidValueException.required();
    }
    return switch (Ascii.toUpperCase(name)) {
      case "SHIPPING" -> SHIPPING;
      case "BILLING" -> BILLING;
      case "BOTH" -> BOTH;
      default ->
          throw new InvalidValueException(
              "INVALID_ADDRESS_TYPE",
              "not a type of address (expected: SHIPPING, BILLING or BOTH)");
    };
  }

  /** Whether an address of this type serves for all that the other type is for. */
  public boolean covers(AddressType other) {
    return this == BOTH || this == other;
  }
}
