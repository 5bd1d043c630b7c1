package com.ecommerce.user.server.transfer;

import static java.util.stream.Collectors.toSet;

import com.ecommerce.user.core.preference.Preference;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the fields for the columns of a Django application, by the names and types of the columns.
 */
final class DjangoNames {
  /** The fields of an address in a mapping, and in the violations of the first address. */
  static final String ADDRESS = "addresses[0].";

  private static final Map<String, String> FIELDS = fields();

  /** The names of columns that mean something else in tables other than that of the users. */
  private static final Set<String> OF_USERS_ALONE =
      Set.of(
          "email",
          "external_id",
          "created_at",
          "updated_at",
          "date_joined",
          "last_login",
          "status",
          "role",
          "roles");

  /** The usual names of each field of an address; the first that a table has is taken. */
  private static final Map<String, List<String>> ADDRESS_FIELDS =
      Stream.of(
              "label: label",
              "full_name: full_name recipient_name recipient",
              "phone: phone phone_number",
              "address.line1: line1 address_line1 address_line_1 address1 street_address_1 street_address street1 street",
              "address.line2: line2 address_line2 address_line_2 address2 street_address_2 street2",
              "address.city: city town",
              "address.state: state province region state_province country_area",
              "address.postal_code: postal_code postcode zip_code zipcode zip",
              "address.country_code: country_code country country_id",
              "type: type address_type",
              "is_default_shipping: is_default_shipping default_shipping is_default_for_shipping",
              "is_default_billing: is_default_billing default_billing is_default_for_billing",
              "delivery_instructions: delivery_instructions",
              "audit.created_at: created_at")
          .map(line -> line.split(": "))
          .collect(
              LinkedHashMap::new,
              (map, line) -> map.put(ADDRESS + line[0], List.of(line[1].split(" "))),
              Map::putAll);

  private static final Set<String> REQUIRED_OF_ADDRESS =
      Set.of(ADDRESS + "address.line1", ADDRESS + "address.city", ADDRESS + "address.country_code");

  /** The columns that tables of users and tables of addresses may both have. */
  private static final Set<String> ALSO_OF_ADDRESSES =
      Stream.concat(
              Stream.of("first_name", "last_name", "company"),
              ADDRESS_FIELDS.values().stream().flatMap(List::stream))
          .collect(toSet());

  /**
   * The types of columns that contain keys, codes or files, and no texts, in tables other than that
   * of the users.
   */
  private static final Set<String> NO_TEXTS =
      Set.of(
          "bool",
          "int2",
          "int4",
          "int8",
          "smallserial",
          "serial",
          "bigserial",
          "numeric",
          "float4",
          "float8",
          "bytea");

  private DjangoNames() {}

  /** Returns the field for a column of the table of users. */
  static Optional<FieldPath> ofUser(String column, String type) {
    // The type of a column matters only for preferences.
    return Optional.ofNullable(FIELDS.get(column))
        .map(DjangoNames::path)
        .filter(field -> !field.toString().startsWith("preferences.") || fits(field, type));
  }

  /** Returns the field for a column of a table with at most one row for each user. */
  static Optional<FieldPath> ofProfile(String column, String type) {
    return OF_USERS_ALONE.contains(column)
        ? Optional.empty()
        : Optional.ofNullable(FIELDS.get(column))
            .map(DjangoNames::path)
            .filter(field -> fits(field, type));
  }

  /** Returns the fields of an address, each with the usual names of its column. */
  static Map<String, List<String>> ofAddress() {
    return ADDRESS_FIELDS;
  }

  /** Returns whether these fields make an address. */
  static boolean areComplete(Set<String> fields) {
    return fields.containsAll(REQUIRED_OF_ADDRESS);
  }

  /** Returns whether a column may be in tables of addresses as well as in those of users. */
  static boolean isAlsoOfAddress(String column) {
    return ALSO_OF_ADDRESSES.contains(column);
  }

  /** Returns a field that exists. */
  static FieldPath path(String path) {
    return FieldPath.find(path).orElseThrow();
  }

  /** Returns whether a column of the type can have values of the field. */
  static boolean fits(FieldPath field, String type) {
    return field.isBoolean() ? type.equals("bool") : !NO_TEXTS.contains(type);
  }

  private static Map<String, String> fields() {
    Map<String, String> fields = new HashMap<>();
    for (String same :
        List.of(
            "email",
            "first_name",
            "last_name",
            "display_name",
            "external_id",
            "phone",
            "phone_verified",
            "email_verified",
            "avatar_url",
            "status",
            "roles",
            "created_at",
            "updated_at")) {
      fields.put(same, same);
    }
    for (String profile :
        List.of(
            "bio",
            "date_of_birth",
            "gender",
            "language",
            "currency",
            "timezone",
            "company",
            "website",
            "social_links")) {
      fields.put(profile, "profile." + profile);
    }
    fields.put("date_joined", "created_at");
    fields.put("last_login", "last_login_at");
    fields.put("phone_number", "phone");
    fields.put("is_email_verified", "email_verified");
    fields.put("is_phone_verified", "phone_verified");
    fields.put("role", "roles");
    addPreferences(fields);
    return Map.copyOf(fields);
  }

  /** Adds {@code email_newsletter}, and {@code newsletter} if no other group has one. */
  private static void addPreferences(Map<String, String> fields) {
    Map<String, Integer> names = new HashMap<>();
    for (var preference : Preference.values()) {
      names.merge(name(preference), 1, Integer::sum);
    }
    for (var preference : Preference.values()) {
      String path = "preferences." + preference.path();
      fields.put(preference.path().replace('.', '_'), path);
      if (names.get(name(preference)) == 1) {
        fields.put(name(preference), path);
      }
    }
  }

  private static String name(Preference preference) {
    return preference.path().substring(preference.path().indexOf('.') + 1);
  }
}
