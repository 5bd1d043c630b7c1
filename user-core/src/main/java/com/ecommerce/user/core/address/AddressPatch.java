package com.ecommerce.user.core.address;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.value.Change;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which fields of an address to set, and to what; see {@link Address} for their meaning. Immutable.
 *
 * @param fullName an empty one is set to the user's name
 * @param isDefaultShipping true moves the default here; false takes it away, and no other address
 *     gets it
 * @param isDefaultBilling likewise
 * @param expectedVersion the version that the caller read; empty to change whatever is there
 */
public record AddressPatch(
    Change<String> label,
    Change<String> fullName,
    Change<Optional<PhoneNumber>> phone,
    PostalAddressPatch postalAddress,
    Change<AddressType> type,
    Change<Boolean> isDefaultShipping,
    Change<Boolean> isDefaultBilling,
    Change<String> deliveryInstructions,
    OptionalLong expectedVersion) {
  public static Builder builder() {
    return new Builder();
  }

  /** Sets everything but the defaults, which concern the user's other addresses too. */
  Address applyTo(Address address, User owner) {
    return new Address(
        address.id(),
        address.userId(),
        label.applyTo(address.label()),
        FullNames.orNameOf(owner, fullName.applyTo(address.fullName())),
        phone.applyTo(address.phone()),
        postalAddress.applyTo(address.postalAddress()),
        type.applyTo(address.type()),
        address.isDefaultShipping(),
        address.isDefaultBilling(),
        deliveryInstructions.applyTo(address.deliveryInstructions()),
        address.audit());
  }

  /** Keeps every field that is not set. Not thread-safe. */
  public static final class Builder {
    private Change<String> label = Change.keep();
    private Change<String> fullName = Change.keep();
    private Change<Optional<PhoneNumber>> phone = Change.keep();
    private PostalAddressPatch postalAddress = PostalAddressPatch.NONE;
    private Change<AddressType> type = Change.keep();
    private Change<Boolean> isDefaultShipping = Change.keep();
    private Change<Boolean> isDefaultBilling = Change.keep();
    private Change<String> deliveryInstructions = Change.keep();
    private OptionalLong expectedVersion = OptionalLong.empty();

    private Builder() {}

    public Builder label(String value) {
      label = Change.set(value);
      return this;
    }

    public Builder fullName(String value) {
      fullName = Change.set(value);
      return this;
    }

    public Builder phone(Optional<PhoneNumber> value) {
      phone = Change.set(value);
      return this;
    }

    public Builder postalAddress(PostalAddressPatch value) {
      postalAddress = value;
      return this;
    }

    public Builder type(AddressType value) {
      type = Change.set(value);
      return this;
    }

    public Builder isDefaultShipping(boolean value) {
      isDefaultShipping = Change.set(value);
      return this;
    }

    public Builder isDefaultBilling(boolean value) {
      isDefaultBilling = Change.set(value);
      return this;
    }

    public Builder deliveryInstructions(String value) {
      deliveryInstructions = Change.set(value);
      return this;
    }

    /** The change is refused with {@code VERSION_MISMATCH} unless this is the current version. */
    public Builder expectedVersion(long value) {
      expectedVersion = OptionalLong.of(value);
      return this;
    }

    public AddressPatch build() {
      return new AddressPatch(
          label,
          fullName,
          phone,
          postalAddress,
          type,
          isDefaultShipping,
          isDefaultBilling,
          deliveryInstructions,
          expectedVersion);
    }
  }
}
