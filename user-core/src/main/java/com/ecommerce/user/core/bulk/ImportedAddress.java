package com.ecommerce.user.core.bulk;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.NewAddress;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.Violations;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An address of a user to import. Immutable.
 *
 * @param id the id to keep; empty for a new one
 * @param createdAt the time of creation; empty for the user's
 */
public record ImportedAddress(
    Optional<AddressId> id, NewAddress address, Optional<Instant> createdAt) {
  public ImportedAddress {
    requireNonNull(id, "id");
    requireNonNull(address, "address");
    requireNonNull(createdAt, "createdAt");
  }

  /** Returns a masked text, since records end up in logs. */
  @Override
  public String toString() {
    return "ImportedAddress[masked]";
  }

  /** Accepts an address as another system has it. Not thread-safe. */
  public static final class Builder {
    private final Violations violations;
    private final NewAddress.Builder address;
    private final RowDigest digest;
    private final String prefix;
    private @Nullable AddressId id;
    private @Nullable Instant createdAt;

    Builder(Violations violations, RowDigest digest, int index) {
      prefix = "addresses[" + index + "].";
      this.violations = violations.named(prefix::concat);
      this.address = NewAddress.builder(this.violations);
      this.digest = digest;
    }

    /** Sets the id to keep. Default: a new one. */
    public Builder id(String value) {
      note("id", value);
      violations.parse("id", value, AddressId::parse, parsed -> id = parsed);
      return this;
    }

    /** Sets the label. */
    public Builder label(String value) {
      note("label", value);
      address.label(value);
      return this;
    }

    /** Sets the recipient. Default: the user's name. */
    public Builder fullName(String value) {
      note("full_name", value);
      address.fullName(value);
      return this;
    }

    /** Sets the telephone number. */
    public Builder phone(PhoneNumber value) {
      note("phone", value.e164());
      address.phone(value);
      return this;
    }

    /** Sets the first line of the postal address; required. */
    public Builder line1(String value) {
      note("address.line1", value);
      address.postalAddress().line1(value);
      return this;
    }

    /** Sets the second line of the postal address. */
    public Builder line2(String value) {
      note("address.line2", value);
      address.postalAddress().line2(value);
      return this;
    }

    /** Sets the city; required. */
    public Builder city(String value) {
      note("address.city", value);
      address.postalAddress().city(value);
      return this;
    }

    /** Sets the state. */
    public Builder state(String value) {
      note("address.state", value);
      address.postalAddress().state(value);
      return this;
    }

    /** Sets the postal code. */
    public Builder postalCode(String value) {
      note("address.postal_code", value);
      address.postalAddress().postalCode(value);
      return this;
    }

    /** Sets the country, a code of ISO 3166-1; required. */
    public Builder country(String value) {
      note("address.country_code", value);
      address.postalAddress().country(value);
      return this;
    }

    /** Sets whether the address is for shipping, billing or both; required. */
    public Builder type(AddressType value) {
      note("type", value.name());
      address.type(value);
      return this;
    }

    /** Sets whether the address is the default for shipping, as in {@link NewAddress.Builder}. */
    public Builder isDefaultShipping(boolean value) {
      note("is_default_shipping", Boolean.toString(value));
      address.isDefaultShipping(value);
      return this;
    }

    /** Sets whether the address is the default for billing, as in {@link NewAddress.Builder}. */
    public Builder isDefaultBilling(boolean value) {
      note("is_default_billing", Boolean.toString(value));
      address.isDefaultBilling(value);
      return this;
    }

    /** Sets the delivery instructions. */
    public Builder deliveryInstructions(String value) {
      note("delivery_instructions", value);
      address.deliveryInstructions(value);
      return this;
    }

    /** Sets the time of creation. Default: the user's. */
    public Builder createdAt(Instant value) {
      note("created_at", value.toString());
      createdAt = value.truncatedTo(ChronoUnit.MICROS);
      return this;
    }

    /** Records the violation of a rule that a transport checks. */
    public Builder violation(String field, InvalidValueException violation) {
      violations.add(field, violation.rule(), violation.getMessage());
      return this;
    }

    /** Records the violation of an id that another address of the row has. */
    void requireNewId(Set<AddressId> ids) {
      if (id != null && !ids.add(id)) {
        violations.add("id", "DUPLICATE", "there twice (expected: one address of an id)");
      }
    }

    /** Records the violations of fields that are missing. */
    void requireComplete() {
      address.requireComplete();
    }

    ImportedAddress build() {
      return new ImportedAddress(
          Optional.ofNullable(id), address.build(), Optional.ofNullable(createdAt));
    }

    private void note(String field, String value) {
      digest.add(prefix + field, requireNonNull(value, field));
    }
  }
}
