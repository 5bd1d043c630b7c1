package com.ecommerce.user.core.address;

import com.ecommerce.user.core.value.Change;

/**
 * Which fields of a postal address to set, and to what; see {@link PostalAddress} for their
 * meaning. Immutable.
 */
public record PostalAddressPatch(
    Change<String> line1,
    Change<String> line2,
    Change<String> city,
    Change<String> state,
    Change<String> postalCode,
    Change<CountryCode> country) {
  /** Changes nothing. */
  public static final PostalAddressPatch NONE = builder().build();

  public static Builder builder() {
    return new Builder();
  }

  /** Sets every field. */
  public static PostalAddressPatch of(PostalAddress address) {
    return builder()
        .line1(address.line1())
        .line2(address.line2())
        .city(address.city())
        .state(address.state())
        .postalCode(address.postalCode())
        .country(address.country())
        .build();
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

  /** Keeps every field that is not set. Not thread-safe. */
  public static final class Builder {
    private Change<String> line1 = Change.keep();
    private Change<String> line2 = Change.keep();
    private Change<String> city = Change.keep();
    private Change<String> state = Change.keep();
    private Change<String> postalCode = Change.keep();
    private Change<CountryCode> country = Change.keep();

    private Builder() {}

    /**
     * @param value not empty
     */
    public Builder line1(String value) {
      line1 = Change.set(value);
      return this;
    }

    public Builder line2(String value) {
      line2 = Change.set(value);
      return this;
    }

    /**
     * @param value not empty
     */
    public Builder city(String value) {
      city = Change.set(value);
      return this;
    }

    public Builder state(String value) {
      state = Change.set(value);
      return this;
    }

    public Builder postalCode(String value) {
      postalCode = Change.set(value);
      return this;
    }

    public Builder country(CountryCode value) {
      country = Change.set(value);
      return this;
    }

    public PostalAddressPatch build() {
      return new PostalAddressPatch(line1, line2, city, state, postalCode, country);
    }
  }
}
