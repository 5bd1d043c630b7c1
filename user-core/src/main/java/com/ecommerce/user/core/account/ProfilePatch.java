package com.ecommerce.user.core.account;

import com.ecommerce.user.core.value.Change;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/**
 * Which fields of a profile to set, and to what; see {@link UserProfile} for their meaning.
 * Immutable.
 */
public record ProfilePatch(
    Change<String> bio,
    Change<Optional<LocalDate>> dateOfBirth,
    Change<String> gender,
    Change<String> language,
    Change<String> currency,
    Change<String> timezone,
    Change<String> company,
    Change<String> website,
    Change<Map<String, String>> socialLinks) {

  /** Changes nothing. */
  public static final ProfilePatch NONE = builder().build();

  public static Builder builder() {
    return new Builder();
  }

  UserProfile applyTo(UserProfile profile) {
    return new UserProfile(
        bio.applyTo(profile.bio()),
        dateOfBirth.applyTo(profile.dateOfBirth()),
        gender.applyTo(profile.gender()),
        language.applyTo(profile.language()),
        currency.applyTo(profile.currency()),
        timezone.applyTo(profile.timezone()),
        company.applyTo(profile.company()),
        website.applyTo(profile.website()),
        socialLinks.applyTo(profile.socialLinks()));
  }

  /** Keeps every field that is not set. Not thread-safe. */
  public static final class Builder {
    private Change<String> bio = Change.keep();
    private Change<Optional<LocalDate>> dateOfBirth = Change.keep();
    private Change<String> gender = Change.keep();
    private Change<String> language = Change.keep();
    private Change<String> currency = Change.keep();
    private Change<String> timezone = Change.keep();
    private Change<String> company = Change.keep();
    private Change<String> website = Change.keep();
    private Change<Map<String, String>> socialLinks = Change.keep();

    private Builder() {}

    public Builder bio(String value) {
      bio = Change.set(value);
      return this;
    }

    public Builder dateOfBirth(Optional<LocalDate> value) {
      dateOfBirth = Change.set(value);
      return this;
    }

    public Builder gender(String value) {
      gender = Change.set(value);
      return this;
    }

    public Builder language(String value) {
      language = Change.set(value);
      return this;
    }

    public Builder currency(String value) {
      currency = Change.set(value);
      return this;
    }

    public Builder timezone(String value) {
      timezone = Change.set(value);
      return this;
    }

    public Builder company(String value) {
      company = Change.set(value);
      return this;
    }

    public Builder website(String value) {
      website = Change.set(value);
      return this;
    }

    public Builder socialLinks(Map<String, String> value) {
      socialLinks = Change.set(value);
      return this;
    }

    public ProfilePatch build() {
      return new ProfilePatch(
          bio, dateOfBirth, gender, language, currency, timezone, company, website, socialLinks);
    }
  }
}
