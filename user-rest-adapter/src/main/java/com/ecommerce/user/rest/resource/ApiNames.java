package com.ecommerce.user.rest.resource;

/** The names that this API has for fields of the core. */
final class ApiNames {
  private static final String PROFILE = "profile.";
  private static final String PLACE = "address.";

  private ApiNames() {}

  /** Returns the name of a field in bodies about users. */
  static String ofUser(String field) {
    return switch (field) {
      case "display_name" -> "username";
      case "phone" -> "phone_number";
      default -> field;
    };
  }

  /** Returns the name of a field in bodies that are a profile. */
  static String ofProfile(String field) {
    return withoutPrefix(PROFILE, field);
  }

  /** Returns the name of a field in bodies about addresses, which are flat. */
  static String ofAddress(String field) {
    return field.equals("phone") ? "phone_number" : withoutPrefix(PLACE, field);
  }

  private static String withoutPrefix(String prefix, String field) {
    return field.startsWith(prefix) ? field.substring(prefix.length()) : field;
  }
}
