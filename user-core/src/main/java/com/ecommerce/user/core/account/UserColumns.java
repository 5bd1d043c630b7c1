package com.ecommerce.user.core.account;

import java.util.HashMap;
import java.util.Map;

/** The columns of {@code users} that make a {@link User}, in the order in which it has them. */
final class UserColumns {
  static final String ALL =
      """
      id, email, pending_email, display_name, first_name, last_name, phone_country_code, phone_national_number,
      phone_e164, avatar_url, segment, email_verified, phone_verified, bio, date_of_birth, gender, language, currency,
      timezone, company, website, nullif(social_link_names, '{}'), nullif(social_link_urls, '{}'), created_at,
      updated_at, created_by, updated_by, version, nullif(last_login_at, '-infinity')
      """;

  private UserColumns() {}

  /** The user, taken apart into parameters named after the columns. */
  static Map<String, Object> of(User user) {
    var columns = new HashMap<String, Object>();
    columns.put("id", user.id().value());
    columns.put("email", user.email().address());
    columns.put("pendingEmail", user.pendingEmail().map(Email::address).orElse(null));
    columns.put("displayName", user.displayName());
    columns.put("firstName", user.firstName());
    columns.put("lastName", user.lastName());
    columns.put("phoneCountryCode", user.phone().map(PhoneNumber::countryCode).orElse(null));
    columns.put("phoneNationalNumber", user.phone().map(PhoneNumber::nationalNumber).orElse(null));
    columns.put("phoneE164", user.phone().map(PhoneNumber::e164).orElse(null));
    columns.put("avatarUrl", user.avatarUrl());
    columns.put("status", user.status().name());
    columns.put("roles", user.roles().stream().map(Role::name).toArray(String[]::new));
    columns.put("emailVerified", user.emailVerified());
    columns.put("phoneVerified", user.phoneVerified());
    columns.put("createdAt", user.audit().createdAt());
    columns.put("updatedAt", user.audit().updatedAt());
    columns.put("createdBy", user.audit().createdBy());
    columns.put("updatedBy", user.audit().updatedBy());
    columns.put("version", user.audit().version());
    putProfile(columns, user.profile());
    return columns;
  }

  private static void putProfile(Map<String, Object> columns, UserProfile profile) {
    columns.put("bio", profile.bio());
    columns.put("dateOfBirth", profile.dateOfBirth().orElse(null));
    columns.put("gender", profile.gender());
    columns.put("language", profile.language());
    columns.put("currency", profile.currency());
    columns.put("timezone", profile.timezone());
    columns.put("company", profile.company());
    columns.put("website", profile.website());
    var links =
        Map.copyOf(profile.socialLinks()).entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .toList();
    columns.put("socialLinkNames", links.stream().map(Map.Entry::getKey).toArray(String[]::new));
    columns.put("socialLinkUrls", links.stream().map(Map.Entry::getValue).toArray(String[]::new));
  }
}
