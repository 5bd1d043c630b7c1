package com.ecommerce.user.core.address;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.patch.Change;
import com.ecommerce.user.core.value.TextRule;

/**
 * The fields of a postal address to set, with their new values; see {@link PostalAddress} for their
 * meaning. It is a part of an {@link AddressPatch} or a {@link NewAddress}, whose builders build
 * it. Immutable.
 */
public final class PostalAddressPatch {
  private final Change<String> line1;
  private final Change<String> line2;
  private final Change<String> city;
  private final Change<String> state;
  private final Change<String> postalCode;
  private final Change<CountryCode> country;

  private PostalAddressPatch(Builder builder) {
    line1 = builder.line1;
    line2 = builder.line2;
    city = builder.city;
    state = builder.state;
    postalCode = builder.postalCode;
    country = builder.country;
  }

  PostalAddress applyTo(PostalAddress address) {
    return new PostalAddress(
        line1.applyTo(address.line1()),
        line2.applyTo(address.line2()),
        city.applyTo(address.city()),
        state.applyTo(address.state()),
        postalCode.applyTo(address.postalCode()),
        country.applyTo(address.country()));
  }

  /** Returns the address that a patch with all required fields makes. */
  PostalAddress toAddress() {
    return applyTo(new PostalAddress("", "", "", "", "", null));
  }

  /**
   * A builder that keeps every field that is not set. An empty value clears a field that may be
   * empty. The builder that this one belongs to reports values that break a rule. Not thread-safe.
   */
  public static final class Builder {
    private final Violations violations;
    private Change<String> line1 = Change.keep();
    private Change<String> line2 = Change.keep();
    private Change<String> city = Change.keep();
    private Change<String> state = Change.keep();
    private Change<String> postalCode = Change.keep();
    private Change<CountryCode> country = Change.keep();

    Builder(Violations violations) {
      this.violations = violations;
    }

    /** Sets the street and number, a {@link TextRule#ADDRESS_LINE}; it must not be empty. */
    public Builder line1(String line1) {
      requireNonNull(line1, "line1");
      this.line1 = Change.parsed(violations, "line1", line1, TextRule.ADDRESS_LINE::parseRequired);
      return this;
    }

    /** Sets the flat, floor or building, a {@link TextRule#ADDRESS_LINE}. */
    public Builder line2(String line2) {
      requireNonNull(line2, "line2");
      this.line2 = Change.parsed(violations, "line2", line2, TextRule.ADDRESS_LINE::parse);
      return this;
    }

    /** Sets the city, a {@link TextRule#NAME}; it must not be empty. */
    public Builder city(String city) {
      requireNonNull(city, "city");
      this.city = Change.parsed(violations, "city", city, TextRule.NAME::parseRequired);
      return this;
    }

    /** Sets the state, province or region, a {@link TextRule#NAME}. */
    public Builder state(String state) {
      requireNonNull(state, "state");
      this.state = Change.parsed(violations, "state", state, TextRule.NAME::parse);
      return this;
    }

    /** Sets the postal code, a {@link TextRule#POSTAL_CODE}. */
    public Builder postalCode(String postalCode) {
      requireNonNull(postalCode, "postalCode");
      this.postalCode =
          Change.parsed(violations, "postal_code", postalCode, TextRule.POSTAL_CODE::parse);
      return this;
    }

    /** Sets the country; see {@link CountryCode#parse} for the rules. */
    public Builder country(String country) {
      requireNonNull(country, "country");
      this.country = Change.parsed(violations, "country_code", country, CountryCode::parse);
      return this;
    }

    void requireComplete() {
      violations.require("line1", line1.applyTo(null));
      violations.require("city", city.applyTo(null));
      violations.require("country_code", country.applyTo(null));
    }

    PostalAddressPatch build() {
      return new PostalAddressPatch(this);
    }
  }
}
