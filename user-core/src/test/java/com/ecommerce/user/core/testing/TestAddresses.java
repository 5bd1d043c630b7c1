package com.ecommerce.user.core.testing;

import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.CountryCode;
import com.ecommerce.user.core.address.NewAddress;
import com.ecommerce.user.core.address.PostalAddress;
import java.util.Optional;

/** New addresses with good defaults. */
public final class TestAddresses {
  public static final PostalAddress BAKER_STREET =
      new PostalAddress("221B Baker Street", "", "London", "", "NW1 6XE", CountryCode.parse("GB"));

  private TestAddresses() {}

  /** In Baker Street, named after the user. */
  public static NewAddress anAddress(AddressType type) {
    return anAddress(type, "");
  }

  public static NewAddress anAddress(AddressType type, String fullName) {
    return new NewAddress("Home", fullName, Optional.empty(), BAKER_STREET, type, false, false, "");
  }

  /** The default of every kind that the type covers. */
  public static NewAddress aDefault(AddressType type) {
    return aDefault(type, type.covers(AddressType.SHIPPING), type.covers(AddressType.BILLING));
  }

  public static NewAddress aDefault(AddressType type, boolean shipping, boolean billing) {
    return new NewAddress("Home", "", Optional.empty(), BAKER_STREET, type, shipping, billing, "");
  }
}
