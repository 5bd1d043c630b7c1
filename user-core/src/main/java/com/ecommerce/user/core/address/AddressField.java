package com.ecommerce.user.core.address;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.patch.PatchField;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** The fields of an address that an update can set. */
public enum AddressField implements PatchField<AddressPatch.Builder, AddressField.Value> {
  /** See {@link Address#label}. */
  LABEL("label", true, Address::label, (patch, value) -> value.text(patch::label)),
  /** See {@link Address#fullName}. An empty one becomes the user's name. */
  FULL_NAME("full_name", true, Address::fullName, (patch, value) -> value.text(patch::fullName)),
  /** See {@link Address#phone}. */
  PHONE("phone", true, Address::phone, (patch, value) -> value.phone(patch::phone)),
  /** See {@link PostalAddress#line1}. */
  LINE1(
      "address.line1",
      false,
      address -> address.postalAddress().line1(),
      (patch, value) -> value.text(patch.postalAddress()::line1)),
  /** See {@link PostalAddress#line2}. */
  LINE2(
      "address.line2",
      true,
      address -> address.postalAddress().line2(),
      (patch, value) -> value.text(patch.postalAddress()::line2)),
  /** See {@link PostalAddress#city}. */
  CITY(
      "address.city",
      false,
      address -> address.postalAddress().city(),
      (patch, value) -> value.text(patch.postalAddress()::city)),
  /** See {@link PostalAddress#state}. */
  STATE(
      "address.state",
      true,
      address -> address.postalAddress().state(),
      (patch, value) -> value.text(patch.postalAddress()::state)),
  /** See {@link PostalAddress#postalCode}. */
  POSTAL_CODE(
      "address.postal_code",
      true,
      address -> address.postalAddress().postalCode(),
      (patch, value) -> value.text(patch.postalAddress()::postalCode)),
  /** See {@link PostalAddress#country}. */
  COUNTRY_CODE(
      "address.country_code",
      false,
      address -> address.postalAddress().country(),
      (patch, value) -> value.text(patch.postalAddress()::country)),
  /** See {@link Address#type}. */
  TYPE("type", false, Address::type, (patch, value) -> value.type(patch::type)),
  /** See {@link Address#isDefaultShipping}. */
  IS_DEFAULT_SHIPPING(
      "is_default_shipping",
      false,
      Address::isDefaultShipping,
      (patch, value) -> value.flag(patch::isDefaultShipping)),
  /** See {@link Address#isDefaultBilling}. */
  IS_DEFAULT_BILLING(
      "is_default_billing",
      false,
      Address::isDefaultBilling,
      (patch, value) -> value.flag(patch::isDefaultBilling)),
  /** See {@link Address#deliveryInstructions}. */
  DELIVERY_INSTRUCTIONS(
      "delivery_instructions",
      true,
      Address::deliveryInstructions,
      (patch, value) -> value.text(patch::deliveryInstructions));

  private final String path;
  private final boolean isClearable;
  private final Function<Address, Object> getter;
  private final BiConsumer<AddressPatch.Builder, Value> setter;

  AddressField(
      String path,
      boolean isClearable,
      Function<Address, Object> getter,
      BiConsumer<AddressPatch.Builder, Value> setter) {
    this.path = path;
    this.isClearable = isClearable;
    this.getter = getter;
    this.setter = setter;
  }

  @Override
  public String path() {
    return path;
  }

  /** Returns the value of the field of the address. */
  public Object of(Address address) {
    return getter.apply(requireNonNull(address, "address"));
  }

  @Override
  public boolean isClearable() {
    return isClearable;
  }

  @Override
  public void set(AddressPatch.Builder patch, Value value) {
    setter.accept(requireNonNull(patch, "patch"), requireNonNull(value, "value"));
  }

  /**
   * The new value of a field in a request. The field calls the method of its type, which passes the
   * value to the setter, or records a violation if the request has something else in its place.
   */
  public interface Value {
    /** Passes a text; an empty one clears the field. */
    void text(Consumer<String> setter);

    /** Passes a telephone number, or none. */
    void phone(Consumer<Optional<PhoneNumber>> setter);

    /** Passes a type. */
    void type(Consumer<AddressType> setter);

    /** Passes true or false. */
    void flag(Consumer<Boolean> setter);
  }
}
