package com.ecommerce.user.core.account;

import com.ecommerce.user.core.error.InvalidValueException;
import java.util.Locale;

/**
 * The order of a list of users; ties break by id in the same direction.
 *
 * @param ascending from the smallest, oldest or first in the alphabet on
 */
public record UserSort(Field field, boolean ascending) {
  public static final UserSort NEWEST_FIRST = new UserSort(Field.CREATED_AT, false);

  /** What users can be sorted by. Texts sort by code point, in lower case. */
  public enum Field {
    CREATED_AT("created_at", true),
    UPDATED_AT("updated_at", true),
    /** Users who never logged in come first in ascending order. */
    LAST_LOGIN_AT("last_login_at", true),
    EMAIL("email collate \"C\"", false),
    DISPLAY_NAME("lower(display_name) collate \"C\"", false),
    FIRST_NAME("lower(first_name) collate \"C\"", false),
    LAST_NAME("lower(last_name) collate \"C\"", false);

    private final String expression;
    private final boolean time;

    Field(String expression, boolean time) {
      this.expression = expression;
      this.time = time;
    }

    /**
     * Reads a field's name in snake_case, also under the names of the service's predecessor: {@code
     * date_joined}, {@code username}, {@code last_login}.
     *
     * @throws InvalidValueException with rule {@code UNKNOWN_SORT_FIELD}
     */
    public static Field parse(String raw) {
      return switch (raw.strip()) {
        case "", "created_at", "date_joined" -> CREATED_AT;
        case "updated_at" -> UPDATED_AT;
        case "last_login_at", "last_login" -> LAST_LOGIN_AT;
        case "email" -> EMAIL;
        case "display_name", "username" -> DISPLAY_NAME;
        case "first_name" -> FIRST_NAME;
        case "last_name" -> LAST_NAME;
        default ->
            throw new InvalidValueException(
                "UNKNOWN_SORT_FIELD",
                "unknown (expected: created_at, updated_at, last_login_at, email, display_name, first_name or last_name)");
      };
    }

    /** Times are listed from the newest on, texts from the first in the alphabet. */
    public boolean isAscendingByDefault() {
      return !time;
    }

    /** The SQL that the index of this order is made on. */
    String expression() {
      return expression;
    }

    /** The type of the expression. */
    String sqlType() {
      return time ? "timestamptz" : "text";
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  String fingerprint() {
    return field + (ascending ? " ascending" : " descending");
  }
}
