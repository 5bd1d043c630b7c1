package com.ecommerce.user.core.testing;

import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.CountryCode;
import com.ecommerce.user.core.address.NewAddress;
import com.ecommerce.user.core.address.PostalAddress;

/** New addresses with good defaults. */
public final class TestAddresses {
  public static final PostalAddress BAKER_STREET =
      new PostalAddress("221B Baker Street", "", "London", "", "NW1 6XE", CountryCode.parse("GB"));

  private TestAddresses() {}

  /** Returns an address in Baker Street with the name of the user. */
  public static NewAddress anAddress(AddressType type) {
    return inBakerStreet(type).build();
  }

  public static NewAddress anAddress(AddressType type, String fullName) {
    return inBakerStreet(type).fullName(fullName).build();
  }

  /** Returns an address that is the default of every kind that the type covers. */
  public static NewAddress aDefault(AddressType type) {
    return aDefault(type, type.covers(AddressType.SHIPPING), type.covers(AddressType.BILLING));
  }

  public static NewAddress aDefault(AddressType type, boolean shipping, boolean billing) {
    return inBakerStreet(type).isDefaultShipping(shipping).isDefaultBilling(billing).build();
  }

  public static NewAddress.Builder inBakerStreet(AddressType type) {
    return NewAddress.builder()
        .label("Home")
        .postalAddress(
            place ->
                place
                    .line1(BAKER_STREET.line1())
                    .city(BAKER_STREET.city())
                    .postalCode(BAKER_STREET.postalCode())
                    .country(BAKER_STREET.country().code()))
        .type(type);
  }
}
