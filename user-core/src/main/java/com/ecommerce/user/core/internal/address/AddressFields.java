package com.ecommerce.user.core.internal.address;

import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.AddressField;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The changed fields of an address, with their names in the event log. */
final class AddressFields {
  private static final Set<String> DEFAULTS =
      Set.of(AddressField.IS_DEFAULT_SHIPPING.path(), AddressField.IS_DEFAULT_BILLING.path());

  private AddressFields() {}

  /** Returns the names of the fields in which the two differ. */
  static List<String> changed(Address before, Address after) {
    return Arrays.stream(AddressField.values())
        .filter(field -> !field.of(before).equals(field.of(after)))
        .map(AddressField::path)
        .toList();
  }

  /** Returns whether there are only names of defaults. */
  static boolean areDefaultsOnly(List<String> names) {
    return DEFAULTS.containsAll(names);
  }
}
