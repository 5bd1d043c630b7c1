package com.ecommerce.user.core.account;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.text.WebUrl;
import com.ecommerce.user.core.patch.Change;
import com.ecommerce.user.core.value.TextRule;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a profile to set, with their new values; see {@link UserProfile} for their meaning.
 * {@link UserPatch.Builder#profile()} builds it as a part of a {@link UserPatch}. Immutable.
 */
public final class ProfilePatch {
  private final Change<String> bio;
  private final Change<Optional<LocalDate>> dateOfBirth;
  private final Change<String> gender;
  private final Change<String> language;
  private final Change<String> currency;
  private final Change<String> timezone;
  private final Change<String> company;
  private final Change<String> website;
  private final Change<Map<String, String>> socialLinks;

  private ProfilePatch(Builder builder) {
    bio = builder.bio;
    dateOfBirth = builder.dateOfBirth;
    gender = builder.gender;
    language = builder.language;
    currency = builder.currency;
    timezone = builder.timezone;
    company = builder.company;
    website = builder.website;
    socialLinks = builder.socialLinks;
  }

  Change<Optional<LocalDate>> dateOfBirth() {
    return dateOfBirth;
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

  /**
   * A builder that keeps every field that is not set. An empty value clears a field. {@link
   * UserPatch.Builder#build} reports values that break a rule. Not thread-safe.
   */
  public static final class Builder {
    private final Violations violations;
    private Change<String> bio = Change.keep();
    private Change<Optional<LocalDate>> dateOfBirth = Change.keep();
    private Change<String> gender = Change.keep();
    private Change<String> language = Change.keep();
    private Change<String> currency = Change.keep();
    private Change<String> timezone = Change.keep();
    private Change<String> company = Change.keep();
    private Change<String> website = Change.keep();
    private Change<Map<String, String>> socialLinks = Change.keep();

    Builder(Violations violations) {
      this.violations = violations;
    }

    /** Sets the biography, a {@link TextRule#BIOGRAPHY}. */
    public Builder bio(String bio) {
      requireNonNull(bio, "bio");
      this.bio = Change.parsed(violations, "bio", bio, TextRule.BIOGRAPHY::parse);
      return this;
    }

    /** Sets the date of birth. {@link Users#update} checks that it is in the past. */
    public Builder dateOfBirth(Optional<LocalDate> dateOfBirth) {
      this.dateOfBirth = Change.set(requireNonNull(dateOfBirth, "dateOfBirth"));
      return this;
    }

    /** Sets the gender, a {@link TextRule#GENDER}. */
    public Builder gender(String gender) {
      requireNonNull(gender, "gender");
      this.gender = Change.parsed(violations, "gender", gender, TextRule.GENDER::parse);
      return this;
    }

    /** Sets the language, a code of ISO 639-1 in any letter case. */
    public Builder language(String language) {
      requireNonNull(language, "language");
      this.language = Change.parsed(violations, "language", language, ProfileRules::language);
      return this;
    }

    /** Sets the currency, a code of ISO 4217 in any letter case. */
    public Builder currency(String currency) {
      requireNonNull(currency, "currency");
      this.currency = Change.parsed(violations, "currency", currency, ProfileRules::currency);
      return this;
    }

    /** Sets the time zone, a name of the IANA time zone database. */
    public Builder timezone(String timezone) {
      requireNonNull(timezone, "timezone");
      this.timezone = Change.parsed(violations, "timezone", timezone, ProfileRules::timezone);
      return this;
    }

    /** Sets the company, a {@link TextRule#LONG_NAME}. */
    public Builder company(String company) {
      requireNonNull(company, "company");
      this.company = Change.parsed(violations, "company", company, TextRule.LONG_NAME::parse);
      return this;
    }

    /** Sets the website, an http or https URL. */
    public Builder website(String website) {
      requireNonNull(website, "website");
      this.website = Change.parsed(violations, "website", website, WebUrl::parse);
      return this;
    }

    /** Sets all links, at most 20, each from the name of a network to an http or https URL. */
    public Builder socialLinks(Map<String, String> socialLinks) {
      requireNonNull(socialLinks, "socialLinks");
      this.socialLinks =
          Change.parsed(violations, "social_links", socialLinks, ProfileRules::socialLinks);
      return this;
    }

    ProfilePatch build() {
      return new ProfilePatch(this);
    }
  }
}
