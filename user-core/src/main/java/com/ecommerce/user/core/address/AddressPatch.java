package com.ecommerce.user.core.address;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.patch.Change;
import com.ecommerce.user.core.patch.VersionCondition;
import com.ecommerce.user.core.value.TextRule;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The fields of an address to set, with their new values; see {@link Address} for their meaning.
 * Immutable; every value follows the rules of the service.
 */
public final class AddressPatch {
  private final Change<String> label;
  private final Change<String> fullName;
  private final Change<Optional<PhoneNumber>> phone;
  private final PostalAddressPatch postalAddress;
  private final Change<AddressType> type;
  private final Change<Boolean> isDefaultShipping;
  private final Change<Boolean> isDefaultBilling;
  private final Change<String> deliveryInstructions;
  private final VersionCondition condition;

  private AddressPatch(Builder builder) {
    label = builder.label;
    fullName = builder.fullName;
    phone = builder.phone;
    postalAddress = builder.postalAddress.build();
    type = builder.type;
    isDefaultShipping = builder.isDefaultShipping;
    isDefaultBilling = builder.isDefaultBilling;
    deliveryInstructions = builder.deliveryInstructions;
    condition = builder.condition;
  }

  /** Returns a builder; fields that are not set stay unchanged. */
  public static Builder builder() {
    return builder(new Violations());
  }

  /**
   * Returns a builder that adds its violations to those of the rest of a request.
   *
   * @param violations receives the violations; the names of fields are in snake_case, such as
   *     {@code full_name} and {@code address.country_code}
   */
  public static Builder builder(Violations violations) {
    return new Builder(requireNonNull(violations, "violations"));
  }

  Change<String> label() {
    return label;
  }

  Change<String> fullName() {
    return fullName;
  }

  Change<Optional<PhoneNumber>> phone() {
    return phone;
  }

  PostalAddressPatch postalAddress() {
    return postalAddress;
  }

  Change<AddressType> type() {
    return type;
  }

  /** Returns whether the address becomes, or ceases to be, the default for shipping. */
  public Change<Boolean> isDefaultShipping() {
    return isDefaultShipping;
  }

  /** Returns whether the address becomes, or ceases to be, the default for billing. */
  public Change<Boolean> isDefaultBilling() {
    return isDefaultBilling;
  }

  Change<String> deliveryInstructions() {
    return deliveryInstructions;
  }

  /** Returns the condition on the version that is changed. */
  public VersionCondition condition() {
    return condition;
  }

  /**
   * Returns the address after this change, except for the defaults, which also concern the user's
   * other addresses.
   */
  public Address applyTo(Address address, User owner) {
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

  /**
   * A builder that keeps every field that is not set. An empty value clears a field that may be
   * empty. The builder records each violation, and {@link #build} reports all of them together. Not
   * thread-safe.
   */
  public static final class Builder {
    private final Violations violations;
    private final PostalAddressPatch.Builder postalAddress;
    private Change<String> label = Change.keep();
    private Change<String> fullName = Change.keep();
    private Change<Optional<PhoneNumber>> phone = Change.keep();
    private Change<AddressType> type = Change.keep();
    private Change<Boolean> isDefaultShipping = Change.keep();
    private Change<Boolean> isDefaultBilling = Change.keep();
    private Change<String> deliveryInstructions = Change.keep();
    private VersionCondition condition = VersionCondition.ANY;

    private Builder(Violations violations) {
      this.violations = violations;
      this.postalAddress = new PostalAddressPatch.Builder(violations.named("address."::concat));
    }

    /** Sets the label, a {@link TextRule#NAME}. */
    public Builder label(String label) {
      requireNonNull(label, "label");
      this.label = Change.parsed(violations, "label", label, TextRule.NAME::parse);
      return this;
    }

    /** Sets the recipient, a {@link TextRule#LONG_NAME}; an empty one becomes the user's name. */
    public Builder fullName(String fullName) {
      requireNonNull(fullName, "fullName");
      this.fullName = Change.parsed(violations, "full_name", fullName, TextRule.LONG_NAME::parse);
      return this;
    }

    /** Sets the telephone number, or removes it. */
    public Builder phone(Optional<PhoneNumber> phone) {
      this.phone = Change.set(requireNonNull(phone, "phone"));
      return this;
    }

    /** Returns the builder of the changes of the postal address, which are part of this patch. */
    public PostalAddressPatch.Builder postalAddress() {
      return postalAddress;
    }

    /** Sets fields of the postal address. */
    public Builder postalAddress(Consumer<PostalAddressPatch.Builder> place) {
      requireNonNull(place, "place").accept(postalAddress);
      return this;
    }

    /** Sets whether the address is for shipping, billing or both. */
    public Builder type(AddressType type) {
      this.type = Change.set(requireNonNull(type, "type"));
      return this;
    }

    /**
     * Sets whether the address is the default for shipping. If false, no other address becomes the
     * default.
     */
    public Builder isDefaultShipping(boolean value) {
      isDefaultShipping = Change.set(value);
      return this;
    }

    /**
     * Sets whether the address is the default for billing. If false, no other address becomes the
     * default.
     */
    public Builder isDefaultBilling(boolean value) {
      isDefaultBilling = Change.set(value);
      return this;
    }

    /** Sets the delivery instructions, a {@link TextRule#NOTE}. */
    public Builder deliveryInstructions(String deliveryInstructions) {
      requireNonNull(deliveryInstructions, "deliveryInstructions");
      this.deliveryInstructions =
          Change.parsed(
              violations, "delivery_instructions", deliveryInstructions, TextRule.NOTE::parse);
      return this;
    }

    /**
     * Sets the version that the caller read; the change is refused with {@code VERSION_MISMATCH} if
     * it is no longer the current one. Default: any version.
     */
    public Builder expectedVersion(long value) {
      return condition(VersionCondition.is(value));
    }

    /** Sets the condition on the version that is changed. Default: any version. */
    public Builder condition(VersionCondition condition) {
      this.condition = requireNonNull(condition, "condition");
      return this;
    }

    /** Records a violation for each required field that is not set. */
    void requireComplete() {
      postalAddress.requireComplete();
      violations.require("type", type.applyTo(null));
    }

    /**
     * Returns the patch.
     *
     * @throws UserServiceException with {@code INVALID_REQUEST} and all violations
     */
    public AddressPatch build() {
      violations.throwIfAny();
      return new AddressPatch(this);
    }
  }
}
