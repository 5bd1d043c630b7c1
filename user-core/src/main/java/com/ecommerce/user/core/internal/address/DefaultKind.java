package com.ecommerce.user.core.internal.address;

import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.AddressPatch;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.patch.Change;

/** A use for which a user has a default address. */
enum DefaultKind {
  SHIPPING(AddressType.SHIPPING),
  BILLING(AddressType.BILLING);

  private final AddressType type;

  DefaultKind(AddressType type) {
    this.type = type;
  }

  boolean isPartOf(AddressType whole) {
    return whole.covers(type);
  }

  /** Returns whether the address may be the default. */
  boolean admits(Address address) {
    return isPartOf(address.type());
  }

  boolean isDefault(Address address) {
    return this == SHIPPING ? address.isDefaultShipping() : address.isDefaultBilling();
  }

  Address mark(Address address, boolean isDefault) {
    return this == SHIPPING
        ? address.withDefaults(isDefault, address.isDefaultBilling())
        : address.withDefaults(address.isDefaultShipping(), isDefault);
  }

  /** Returns the patch's change of this default. */
  Change<Boolean> requested(AddressPatch patch) {
    return this == SHIPPING ? patch.isDefaultShipping() : patch.isDefaultBilling();
  }
}
