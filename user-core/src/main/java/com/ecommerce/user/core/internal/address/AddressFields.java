package com.ecommerce.user.core.internal.address;

import com.ecommerce.user.core.address.Address;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The changeable fields of an address under the names that the event log uses. */
final class AddressFields {
  private static final List<Map.Entry<String, Function<Address, Object>>> FIELDS =
      List.of(
          Map.entry("label", Address::label),
          Map.entry("full_name", Address::fullName),
          Map.entry("phone", Address::phone),
          Map.entry("address.line1", address -> address.postalAddress().line1()),
          Map.entry("address.line2", address -> address.postalAddress().line2()),
          Map.entry("address.city", address -> address.postalAddress().city()),
          Map.entry("address.state", address -> address.postalAddress().state()),
          Map.entry("address.postal_code", address -> address.postalAddress().postalCode()),
          Map.entry("address.country_code", address -> address.postalAddress().country()),
          Map.entry("type", Address::type),
          Map.entry("is_default_shipping", Address::isDefaultShipping),
          Map.entry("is_default_billing", Address::isDefaultBilling),
          Map.entry("delivery_instructions", Address::deliveryInstructions));

  private static final Set<String> DEFAULTS = Set.of("is_default_shipping", "is_default_billing");

  private AddressFields() {}

  /** The names of the fields in which the two differ. */
  static List<String> changed(Address before, Address after) {
    return FIELDS.stream()
        .filter(field -> !field.getValue().apply(before).equals(field.getValue().apply(after)))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns whether the names are only those of the defaults. */
  static boolean areDefaultsOnly(List<String> names) {
    return DEFAULTS.containsAll(names);
  }
}
