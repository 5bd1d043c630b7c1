package com.ecommerce.user.core.address;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.Ascii;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import org.jspecify.annotations.Nullable;

/** The use of an address. The names are stored. */
public enum AddressType {
  /** An address for deliveries. */
  SHIPPING,
  /** An address for bills. */
  BILLING,
  /** An address for both purposes. */
  BOTH;

  /**
   * Reads a name in any letter case.
   *
   * @throws InvalidValueException with rule {@code REQUIRED} or {@code INVALID_ADDRESS_TYPE}
   */
  public static AddressType parse(@Nullable String raw) {
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

  /** Returns whether an address of this type serves all uses of the other type. */
  public boolean covers(AddressType other) {
    return this == BOTH || this == other;
  }
}
