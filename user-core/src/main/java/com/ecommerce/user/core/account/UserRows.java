package com.ecommerce.user.core.account;

import com.ecommerce.user.core.internal.CallConfig;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Writes rows of {@code users}: any number in one statement, which takes a fraction of what as many
 * statements take. Each column is an array with a place for every row.
 */
final class UserRows {
  private static final Column ID = new Column("id", "uuid", User::id);

  private static final List<Column> FIXED =
      List.of(
          ID,
          new Column("created_at", "timestamptz", user -> user.audit().createdAt()),
          new Column("created_by", "text", user -> user.audit().createdBy()));

  private static final List<Column> CHANGING =
      List.of(
          new Column("email", "text", user -> user.email().address()),
          new Column(
              "pending_email", "text", user -> orNull(user.pendingEmail().map(Email::address))),
          new Column("display_name", "text", User::displayName),
          new Column("first_name", "text", User::firstName),
          new Column("last_name", "text", User::lastName),
          new Column("phone_country_code", "text", user -> phone(user, PhoneNumber::countryCode)),
          new Column(
              "phone_national_number", "text", user -> phone(user, PhoneNumber::nationalNumber)),
          new Column("phone_e164", "text", user -> phone(user, PhoneNumber::e164)),
          new Column("avatar_url", "text", User::avatarUrl),
          new Column("status", "text", User::status),
          new Column("roles", Column.TEXTS, user -> literal(user.roles().stream().map(Role::name))),
          new Column("email_verified", "boolean", User::emailVerified),
          new Column("phone_verified", "boolean", User::phoneVerified),
          new Column("bio", "text", user -> user.profile().bio()),
          new Column("date_of_birth", "date", user -> orNull(user.profile().dateOfBirth())),
          new Column("gender", "text", user -> user.profile().gender()),
          new Column("language", "text", user -> user.profile().language()),
          new Column("currency", "text", user -> user.profile().currency()),
          new Column("timezone", "text", user -> user.profile().timezone()),
          new Column("company", "text", user -> user.profile().company()),
          new Column("website", "text", user -> user.profile().website()),
          new Column(
              "social_link_names", Column.TEXTS, user -> literal(links(user).keySet().stream())),
          new Column(
              "social_link_urls", Column.TEXTS, user -> literal(links(user).values().stream())),
          new Column("updated_at", "timestamptz", user -> user.audit().updatedAt()),
          new Column("updated_by", "text", user -> user.audit().updatedBy()),
          new Column("version", "bigint", user -> user.audit().version()));

  private static final List<Column> INSERTED = together(FIXED, CHANGING);
  private static final List<Column> UPDATED = together(List.of(ID), CHANGING);

  private static final String INSERT =
      "insert into users (%s) select %s from %s"
          .formatted(
              joined(INSERTED, Column::name), joined(INSERTED, Column::given), given(INSERTED));

  private static final String UPDATE =
      "update users set %s from %s where users.id = given.id"
          .formatted(
              joined(CHANGING, column -> column.name() + " = " + column.given()), given(UPDATED));

  private UserRows() {}

  /**
   * @param value what the column has of a user, or null
   */
  private record Column(String name, String type, Function<User, Object> value) {
    /** Given as literals, since arrays of arrays are no lists of lists here. */
    static final String TEXTS = "text[]";

    String parameter() {
      return ":" + name + "::" + (type.equals(TEXTS) ? "text" : type) + "[]";
    }

    String given() {
      return "given." + name + (type.equals(TEXTS) ? "::text[]" : "");
    }

    String[] values(Collection<User> users) {
      return users.stream()
          .map(value)
          .map(one -> Objects.toString(one, null))
          .toArray(String[]::new);
    }
  }

  /** Adds a user. */
  static void insert(Handle tx, User user) {
    write(tx, INSERT, "UserRows.insert", INSERTED, List.of(user));
  }

  /**
   * Writes what may have changed of users that exist.
   *
   * @param users each at most once
   */
  static void update(Handle tx, Collection<User> users) {
    write(tx, UPDATE, "UserRows.update", UPDATED, users);
  }

  private static void write(
      Handle tx, String sql, String source, List<Column> columns, Collection<User> users) {
    try (var update = tx.createUpdate(sql)) {
      columns.forEach(column -> update.bind(column.name(), column.values(users)));
      update.define(CallConfig.SOURCE, source).execute();
    }
  }

  private static List<Column> together(List<Column> some, List<Column> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  private static String joined(List<Column> columns, Function<Column, String> part) {
    return columns.stream().map(part).collect(Collectors.joining(", "));
  }

  private static String given(List<Column> columns) {
    return "unnest(%s) as given (%s)"
        .formatted(joined(columns, Column::parameter), joined(columns, Column::name));
  }

  private static Object orNull(Optional<?> value) {
    return value.orElse(null);
  }

  private static String phone(User user, Function<PhoneNumber, String> part) {
    return user.phone().map(part).orElse(null);
  }

  /** In the same order each time. */
  private static Map<String, String> links(User user) {
    return new TreeMap<>(user.profile().socialLinks());
  }

  /** An array as PostgreSQL writes it. */
  private static String literal(Stream<String> texts) {
    return texts
        .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",", "{", "}"));
  }
}
