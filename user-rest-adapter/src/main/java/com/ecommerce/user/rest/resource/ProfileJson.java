package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.account.UserProfile;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The JSON form of a user's profile. */
record ProfileJson(
    String bio,
    Optional<LocalDate> dateOfBirth,
    String gender,
    String language,
    String currency,
    String timezone,
    String company,
    String website,
    Map<String, String> socialLinks) {
  static ProfileJson of(UserProfile profile) {
    return new ProfileJson(
        profile.bio(),
        profile.dateOfBirth(),
        profile.gender(),
        profile.language(),
        profile.currency(),
        profile.timezone(),
        profile.company(),
        profile.website(),
        new TreeMap<>(profile.socialLinks()));
  }
}
