package com.ecommerce.user.rest;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.address.AddressPatch;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.CountryCode;
import com.ecommerce.user.core.address.NewAddress;
import com.ecommerce.user.core.address.PostalAddress;
import com.ecommerce.user.core.address.PostalAddressPatch;
import com.ecommerce.user.core.value.TextRule;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** From bodies about addresses to the core's types. */
final class AddressBodies {
  private static final PatchTable<Draft> TABLE =
      PatchTable.<Draft>of()
          .field("label", text(TextRule.NAME::parse), (draft, value) -> draft.address.label(value))
          .field(
              "full_name",
              text(TextRule.LONG_NAME::parse),
              (draft, value) -> draft.address.fullName(value))
          .field(
              "phone_number",
              text(UserPatches::phone),
              (draft, value) -> draft.address.phone(value))
          .fieldNeverEmpty(
              "line1",
              text(TextRule.ADDRESS_LINE::parseRequired),
              (draft, value) -> draft.place.line1(value))
          .field(
              "line2",
              text(TextRule.ADDRESS_LINE::parse),
              (draft, value) -> draft.place.line2(value))
          .fieldNeverEmpty(
              "city", text(TextRule.NAME::parseRequired), (draft, value) -> draft.place.city(value))
          .field("state", text(TextRule.NAME::parse), (draft, value) -> draft.place.state(value))
          .field(
              "postal_code",
              text(TextRule.POSTAL_CODE::parse),
              (draft, value) -> draft.place.postalCode(value))
          .fieldNeverEmpty(
              "country_code",
              text(CountryCode::parse),
              (draft, value) -> draft.place.country(value))
          .fieldNeverEmpty(
              "type", text(AddressType::parse), (draft, value) -> draft.address.type(value))
          .fieldNeverEmpty(
              "is_default_shipping",
              (fields, name) -> fields.flag(name, false),
              (draft, value) -> draft.address.isDefaultShipping(value))
          .fieldNeverEmpty(
              "is_default_billing",
              (fields, name) -> fields.flag(name, false),
              (draft, value) -> draft.address.isDefaultBilling(value))
          .field(
              "delivery_instructions",
              text(TextRule.NOTE::parse),
              (draft, value) -> draft.address.deliveryInstructions(value))
          .build();

  /** The fields of a new address. */
  static final FieldNames FIELDS = TABLE.names();

  /** The fields of a change, which may be an address as it was read. */
  static final FieldNames FIELDS_OF_CHANGE = FIELDS.shownBy(AddressJson.class);

  private AddressBodies() {}

  /** A patch while it is worked out, flat as the body is. */
  private static final class Draft {
    private final AddressPatch.Builder address = AddressPatch.builder();
    private final PostalAddressPatch.Builder place = PostalAddressPatch.builder();

    AddressPatch.Builder finish() {
      return address.postalAddress(place.build());
    }
  }

  private static <T> BiFunction<JsonFields, String, T> text(Function<String, T> parser) {
    return (fields, name) -> fields.parse(name, parser);
  }

  /** An address to add. */
  static NewAddress read(JsonFields fields) {
    String label = fields.parse("label", TextRule.NAME::parse);
    String fullName = fields.parse("full_name", TextRule.LONG_NAME::parse);
    Optional<PhoneNumber> phone = fields.parse("phone_number", UserPatches::phone);
    var place = place(fields);
    AddressType type = fields.parse("type", AddressType::parse);
    Boolean shipping = fields.flag("is_default_shipping", false);
    Boolean billing = fields.flag("is_default_billing", false);
    String instructions = fields.parse("delivery_instructions", TextRule.NOTE::parse);
    fields.violations().throwIfAny();
    return new NewAddress(label, fullName, phone, place, type, shipping, billing, instructions);
  }

  private static PostalAddress place(JsonFields fields) {
    return new PostalAddress(
        fields.parse("line1", TextRule.ADDRESS_LINE::parseRequired),
        fields.parse("line2", TextRule.ADDRESS_LINE::parse),
        fields.parse("city", TextRule.NAME::parseRequired),
        fields.parse("state", TextRule.NAME::parse),
        fields.parse("postal_code", TextRule.POSTAL_CODE::parse),
        fields.parse("country_code", CountryCode::parse));
  }

  /** What the body changes. */
  static AddressPatch.Builder patch(JsonFields fields, boolean replace) {
    var draft = new Draft();
    if (replace) {
      TABLE.replace(fields, draft);
    } else {
      TABLE.patch(fields, draft);
    }
    fields.violations().throwIfAny();
    return draft.finish();
  }
}
