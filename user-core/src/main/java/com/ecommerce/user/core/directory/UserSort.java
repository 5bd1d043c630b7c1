package com.ecommerce.user.core.directory;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The order of a list of users; ties break by id in the same direction.
 *
 * @param ascending whether the oldest time, or the alphabetically first text, comes first
 */
public record UserSort(Field field, boolean ascending) {
  /** The default order: by the time of creation, the newest users first. */
  public static final UserSort NEWEST_FIRST = new UserSort(Field.CREATED_AT, false);

  public UserSort {
    requireNonNull(field, "field");
  }

  /** A field by which users can be sorted. Texts sort by code point, in lower case. */
  public enum Field {
    /** The time of creation. */
    CREATED_AT("user_directory", "timestamptz"),
    /** The time of the latest change. */
    UPDATED_AT("user_times", "timestamptz"),
    /** The time of the latest login; users who never logged in come first in ascending order. */
    LAST_LOGIN_AT("user_times", "timestamptz"),
    /** The email. */
    EMAIL("user_directory", "text"),
    /** The display name. */
    DISPLAY_NAME("user_directory", "text"),
    /** The first name. */
    FIRST_NAME("user_directory", "text"),
    /** The last name. */
    LAST_NAME("user_directory", "text");

    private final String table;
    private final String sqlType;

    Field(String table, String sqlType) {
      this.table = table;
      this.sqlType = sqlType;
    }

    /**
     * Reads a field's name in snake_case, also under the names of the service's predecessor: {@code
     * date_joined}, {@code username}, {@code last_login}.
     *
     * @throws InvalidValueException with rule {@code UNKNOWN_SORT_FIELD}
     */
    public static Field parse(@Nullable String raw) {
      return switch (WhiteSpace.trim(raw)) {
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

    /**
     * Returns the direction for requests that specify none: descending for times, ascending for
     * texts.
     */
    public boolean isAscendingByDefault() {
      return sqlType.equals("text");
    }

    /** Returns the table that has an index in this order. */
    public String table() {
      return table;
    }

    /** Returns the column of that table. */
    public String column() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the SQL type of the column. */
    public String sqlType() {
      return sqlType;
    }

    @Override
    public String toString() {
      return column();
    }
  }

  /** Returns a text that equal orders share, to bind page tokens to the order. */
  public String fingerprint() {
    return field + (ascending ? " ascending" : " descending");
  }
}
