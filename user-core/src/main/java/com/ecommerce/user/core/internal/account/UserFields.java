package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.User;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The changeable fields of a user under the names that the event log uses. */
final class UserFields {
  private static final List<Map.Entry<String, Function<User, Object>>> FIELDS =
      List.of(
          Map.entry("email", User::email),
          Map.entry("pending_email", User::pendingEmail),
          Map.entry("display_name", User::displayName),
          Map.entry("first_name", User::firstName),
          Map.entry("last_name", User::lastName),
          Map.entry("phone", User::phone),
          Map.entry("avatar_url", User::avatarUrl),
          Map.entry("status", User::status),
          Map.entry("roles", User::roles),
          Map.entry("email_verified", User::emailVerified),
          Map.entry("phone_verified", User::phoneVerified),
          Map.entry("profile.bio", user -> user.profile().bio()),
          Map.entry("profile.date_of_birth", user -> user.profile().dateOfBirth()),
          Map.entry("profile.gender", user -> user.profile().gender()),
          Map.entry("profile.language", user -> user.profile().language()),
          Map.entry("profile.currency", user -> user.profile().currency()),
          Map.entry("profile.timezone", user -> user.profile().timezone()),
          Map.entry("profile.company", user -> user.profile().company()),
          Map.entry("profile.website", user -> user.profile().website()),
          Map.entry("profile.social_links", user -> user.profile().socialLinks()));

  private UserFields() {}

  /** The names of the fields in which the two differ. */
  static List<String> changed(User before, User after) {
    return FIELDS.stream()
        .filter(field -> !field.getValue().apply(before).equals(field.getValue().apply(after)))
        .map(Map.Entry::getKey)
        .toList();
  }
}
