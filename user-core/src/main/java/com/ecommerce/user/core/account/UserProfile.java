package com.ecommerce.user.core.account;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/**
 * The details that users give about themselves. Texts are empty where nothing was given.
 *
 * @param language ISO 639-1, lower case
 * @param currency ISO 4217, upper case
 * @param timezone a name of the IANA time zone database
 * @param website an http or https address
 * @param socialLinks name of the network to an http or https address
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
  public static final UserProfile EMPTY =
      new UserProfile("", Optional.empty(), "", "", "", "", "", "", Map.of());

  public UserProfile {
    socialLinks = Map.copyOf(socialLinks);
  }
}
