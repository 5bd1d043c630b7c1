package com.ecommerce.user.core.account;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/**
 * The details that users give about themselves. Texts are empty if the user entered nothing.
 * Immutable.
 *
 * @param language ISO 639-1, lower case
 * @param currency ISO 4217, upper case
 * @param timezone a name from the IANA time zone database
 * @param website an http or https address
 * @param socialLinks http or https addresses by the name of the social network
 */
public record UserProfile(
    String bio,
    Optional<LocalDate> dateOfBirth,
    String gender,
    String language,
    String currency,
    String timezone,
    String company,
    String website,
    Map<String, String> socialLinks) {
  /** The profile of a user who entered no details. */
  public static final UserProfile EMPTY =
      new UserProfile("", Optional.empty(), "", "", "", "", "", "", Map.of());

  public UserProfile {
    socialLinks = Map.copyOf(socialLinks);
  }

  /** Returns the same profile in another language. */
  UserProfile withLanguage(String other) {
    return other.equals(language)
        ? this
        : new UserProfile(
            bio, dateOfBirth, gender, other, currency, timezone, company, website, socialLinks);
  }
}
