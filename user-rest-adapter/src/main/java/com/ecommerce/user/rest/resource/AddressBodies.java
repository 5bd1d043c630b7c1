package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.address.AddressField;
import com.ecommerce.user.core.address.AddressPatch;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.NewAddress;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.json.FieldNames;
import com.ecommerce.user.rest.json.JsonFields;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/** Converts the bodies of requests about addresses, which are flat, to types of the core. */
final class AddressBodies {
  private static final PatchTable<AddressField> TABLE =
      new PatchTable<>(
          Arrays.asList(AddressField.values()), field -> ApiNames.ofAddress(field.path()));

  /** The fields of a new address. */
  static final FieldNames FIELDS = FieldNames.of(TABLE.names());

  /** The fields of a change, whose body may be an address as the client read it. */
  static final FieldNames FIELDS_OF_CHANGE = FIELDS.shownBy(AddressJson.class);

  private AddressBodies() {}

  /** Returns the address that the body asks to add. */
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

  /**
   * Returns the changes that the request's body asks for, by the request's method and under its
   * conditions.
   */
  static AddressPatch patch(ApiRequest request, JsonFields fields) {
    boolean replace = request.method().equals("PUT");
    var patch = AddressPatch.builder(fields.violations().named(ApiNames::ofAddress));
    TABLE.write(fields, replace, (field, name) -> field.set(patch, new Value(fields, name)));
    var condition = request.conditions().and(fields.version(UserPatches.VERSION));
    return patch.condition(condition).build();
  }

  /** The value of a field in a JSON object. */
  private record Value(JsonFields fields, String name) implements AddressField.Value {
    @Override
    public void text(Consumer<String> setter) {
      fields.text(name, setter);
    }

    @Override
    public void phone(Consumer<Optional<PhoneNumber>> setter) {
      fields.parse(name, UserPatches::phone, setter);
    }

    @Override
    public void type(Consumer<AddressType> setter) {
      fields.parse(name, AddressType::parse, setter);
    }

    @Override
    public void flag(Consumer<Boolean> setter) {
      fields.flag(name, setter);
    }
  }
}
