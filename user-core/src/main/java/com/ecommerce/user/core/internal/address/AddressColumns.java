package com.ecommerce.user.core.internal.address;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.address.Address;
import java.util.HashMap;
import java.util.Map;

/** The columns of {@code addresses}, in the order in which an {@link Address} has them. */
final class AddressColumns {
  static final String ALL =
      """
      id, user_id, label, full_name, phone_country_code, phone_national_number, phone_e164, line1, line2, city, state,
      postal_code, country_code, type, is_default_shipping, is_default_billing, delivery_instructions, created_at,
      updated_at, created_by, updated_by, version
      """;

  private AddressColumns() {}

  /** The address, taken apart into parameters named after the columns. */
  static Map<String, Object> of(Address address) {
    var columns = new HashMap<String, Object>();
    var phone = address.phone();
    columns.put("id", address.id().value());
    columns.put("userId", address.userId().value());
    columns.put("label", address.label());
    columns.put("fullName", address.fullName());
    columns.put("phoneCountryCode", phone.map(PhoneNumber::countryCode).orElse(null));
    columns.put("phoneNationalNumber", phone.map(PhoneNumber::nationalNumber).orElse(null));
    columns.put("phoneE164", phone.map(PhoneNumber::e164).orElse(null));
    columns.put("line1", address.postalAddress().line1());
    columns.put("line2", address.postalAddress().line2());
    columns.put("city", address.postalAddress().city());
    columns.put("state", address.postalAddress().state());
    columns.put("postalCode", address.postalAddress().postalCode());
    columns.put("countryCode", address.postalAddress().country().code());
    columns.put("type", address.type().name());
    columns.put("isDefaultShipping", address.isDefaultShipping());
    columns.put("isDefaultBilling", address.isDefaultBilling());
    columns.put("deliveryInstructions", address.deliveryInstructions());
    columns.put("createdAt", address.audit().createdAt());
    columns.put("updatedAt", address.audit().updatedAt());
    columns.put("createdBy", address.audit().createdBy());
    columns.put("updatedBy", address.audit().updatedBy());
    columns.put("version", address.audit().version());
    return columns;
  }
}
