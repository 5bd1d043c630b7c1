package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.address.AddressPatch;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.NewAddress;
import com.ecommerce.user.rest.http.FieldNames;
import com.ecommerce.user.rest.http.JsonFields;

/** Converts request bodies about addresses, which are flat, to the types of the core. */
final class AddressBodies {
  private static final PatchTable<AddressPatch.Builder> TABLE =
      PatchTable.<AddressPatch.Builder>of()
          .text("label", AddressPatch.Builder::label)
          .text("full_name", AddressPatch.Builder::fullName)
          .field(
              "phone_number",
              (fields, name) -> fields.parse(name, UserPatches::phone),
              AddressPatch.Builder::phone)
          .textNeverEmpty("line1", (patch, value) -> patch.postalAddress().line1(value))
          .text("line2", (patch, value) -> patch.postalAddress().line2(value))
          .textNeverEmpty("city", (patch, value) -> patch.postalAddress().city(value))
          .text("state", (patch, value) -> patch.postalAddress().state(value))
          .text("postal_code", (patch, value) -> patch.postalAddress().postalCode(value))
          .textNeverEmpty("country_code", (patch, value) -> patch.postalAddress().country(value))
          .fieldNeverEmpty(
              "type",
              (fields, name) -> fields.parse(name, AddressType::parse),
              AddressPatch.Builder::type)
          .fieldNeverEmpty(
              "is_default_shipping",
              (fields, name) -> fields.flag(name, false),
              AddressPatch.Builder::isDefaultShipping)
          .fieldNeverEmpty(
              "is_default_billing",
              (fields, name) -> fields.flag(name, false),
              AddressPatch.Builder::isDefaultBilling)
          .text("delivery_instructions", AddressPatch.Builder::deliveryInstructions)
          .build();

  /** The fields of a new address. */
  static final FieldNames FIELDS = TABLE.names();

  /** The fields of a change, whose body may be an address as the client read it. */
  static final FieldNames FIELDS_OF_CHANGE = FIELDS.shownBy(AddressJson.class);

  private AddressBodies() {}

  /** An address to add. */
  static NewAddress read(JsonFields fields) {
    var address = NewAddress.builder(fields.violations().named(ApiNames::ofAddress));
    var place = address.postalAddress();
    fields.text("label", address::label);
    fields.text("full_name", address::fullName);
    fields.parse("phone_number", UserPatches::phone, phone -> phone.ifPresent(address::phone));
    fields.text("line1", place::line1);
    fields.text("line2", place::line2);
    fields.text("city", place::city);
    fields.text("state", place::state);
    fields.text("postal_code", place::postalCode);
    fields.text("country_code", place::country);
    fields.parse("type", AddressType::parse, address::type);
    fields.flag("is_default_shipping", address::isDefaultShipping);
    fields.flag("is_default_billing", address::isDefaultBilling);
    fields.text("delivery_instructions", address::deliveryInstructions);
    return address.build();
  }

  /** Returns the changes that the body asks for. */
  static AddressPatch.Builder patch(JsonFields fields, boolean replace) {
    var patch = AddressPatch.builder(fields.violations().named(ApiNames::ofAddress));
    if (replace) {
      TABLE.replace(fields, patch);
    } else {
      TABLE.patch(fields, patch);
    }
    fields.violations().throwIfAny();
    return patch;
  }
}
