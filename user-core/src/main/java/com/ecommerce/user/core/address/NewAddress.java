package com.ecommerce.user.core.address;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.Audit;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An address to add; see {@link Address} for the fields. Immutable; every value follows the rules
 * of the service.
 *
 * <pre>{@code
 * NewAddress home =
 *     NewAddress.builder()
 *         .label("Home")
 *         .postalAddress(
 *             place ->
 *                 place.line1("221B Baker Street").city("London").postalCode("NW1 6XE").country("GB"))
 *         .type(AddressType.BOTH)
 *         .build();
 * Address added = core.addresses().add(RequestContext.system(), ada.id(), home);
 * }</pre>
 */
public final class NewAddress {
  private final AddressPatch fields;
  private final boolean isDefaultShipping;
  private final boolean isDefaultBilling;

  private NewAddress(Builder builder) {
    fields = builder.fields.build();
    isDefaultShipping = builder.isDefaultShipping;
    isDefaultBilling = builder.isDefaultBilling;
  }

  /** Returns a builder; line 1, the city, the country and the type must be set. */
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

  /**
   * Returns the address that this becomes; an empty recipient is replaced by the name of the owner.
   */
  public Address toAddress(AddressId id, User owner, Audit audit) {
    return new Address(
        id,
        owner.id(),
        fields.label().applyTo(""),
        FullNames.orNameOf(owner, fields.fullName().applyTo("")),
        fields.phone().applyTo(Optional.empty()),
        fields.postalAddress().toAddress(),
        fields.type().applyTo(null),
        isDefaultShipping,
        isDefaultBilling,
        fields.deliveryInstructions().applyTo(""),
        audit);
  }

  /**
   * Accepts values as a person entered them. The builder records each violation, and {@link #build}
   * reports all of them together. Not thread-safe.
   */
  public static final class Builder {
    private final Violations violations;
    private final AddressPatch.Builder fields;
    private boolean isDefaultShipping;
    private boolean isDefaultBilling;

    private Builder(Violations violations) {
      this.violations = violations;
      this.fields = AddressPatch.builder(violations);
    }

    /** Sets the label. Default: empty. */
    public Builder label(String label) {
      fields.label(label);
      return this;
    }

    /** Sets the recipient. Default, also for an empty one: the user's name. */
    public Builder fullName(String fullName) {
      fields.fullName(fullName);
      return this;
    }

    /** Sets the telephone number. Default: none. */
    public Builder phone(PhoneNumber phone) {
      fields.phone(Optional.of(requireNonNull(phone, "phone")));
      return this;
    }

    /** Returns the builder of the postal address; its line 1, city and country are required. */
    public PostalAddressPatch.Builder postalAddress() {
      return fields.postalAddress();
    }

    /** Sets the postal address; its line 1, city and country are required. */
    public Builder postalAddress(Consumer<PostalAddressPatch.Builder> place) {
      fields.postalAddress(place);
      return this;
    }

    /** Sets whether the address is for shipping, billing or both; required. */
    public Builder type(AddressType type) {
      fields.type(type);
      return this;
    }

    /**
     * Sets whether the address becomes the default for shipping in any case. If false, which is the
     * default, {@link Addresses#add} decides.
     */
    public Builder isDefaultShipping(boolean value) {
      isDefaultShipping = value;
      return this;
    }

    /**
     * Sets whether the address becomes the default for billing in any case. If false, which is the
     * default, {@link Addresses#add} decides.
     */
    public Builder isDefaultBilling(boolean value) {
      isDefaultBilling = value;
      return this;
    }

    /** Sets the delivery instructions. Default: empty. */
    public Builder deliveryInstructions(String deliveryInstructions) {
      fields.deliveryInstructions(deliveryInstructions);
      return this;
    }

    /** Records a violation for each required value that is missing, as {@link #build} does. */
    public void requireComplete() {
      fields.requireComplete();
    }

    /**
     * Returns the address.
     *
     * @throws UserServiceException with {@code INVALID_REQUEST} and all violations, including
     *     missing required values
     */
    public NewAddress build() {
      requireComplete();
      violations.throwIfAny();
      return new NewAddress(this);
    }
  }
}
