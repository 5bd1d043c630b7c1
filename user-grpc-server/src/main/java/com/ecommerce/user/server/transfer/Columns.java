package com.ecommerce.user.server.transfer;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.v1.ImportedUser;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The fields of a row to which the columns of a file go: by default those of the same names.
 * Immutable.
 */
public final class Columns {
  private static final String EXPECTED =
      "NAME=FIELD,NAME=FIELD, or NAME= for a column to leave out";

  /** The mapping of every column to the field of its name. */
  public static final Columns NONE = new Columns(Map.of());

  /** The columns that have another name than their field, or none. */
  private final Map<String, Optional<FieldPath>> mapped;

  private Columns(Map<String, Optional<FieldPath>> mapped) {
    this.mapped = mapped;
  }

  /**
   * Parses a mapping.
   *
   * @param text such as {@code E-Mail=email,Notes=}; empty for none
   * @throws IllegalArgumentException if a field does not exist
   */
  public static Columns parse(String text) {
    Map<String, Optional<FieldPath>> mapped = new LinkedHashMap<>();
    for (String pair : text.isBlank() ? new String[0] : text.split(",")) {
      int equals = pair.lastIndexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("a column without a field (expected: " + EXPECTED + ")");
      }
      String field = pair.substring(equals + 1).strip();
      mapped.put(
          pair.substring(0, equals).strip(),
          field.isEmpty() ? Optional.empty() : Optional.of(path(field)));
    }
    return new Columns(mapped);
  }

  private static FieldPath path(String field) {
    return FieldPath.find(field)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no field "
                        + field
                        + " (expected: a field of ImportedUser, such as email or"
                        + " profile.language)"));
  }

  /** Returns the columns that the mapping names. */
  Set<String> names() {
    return mapped.keySet();
  }

  /**
   * Sets the fields of the columns that the mapping names.
   *
   * @param violations receives what cannot be read
   * @param value returns the value of a column; empty if there is none
   */
  void setAll(
      Violations violations, ImportedUser.Builder row, Function<String, Optional<String>> value) {
    mapped.forEach(
        (column, field) ->
            field.ifPresent(
                path -> value.apply(column).ifPresent(text -> path.set(violations, row, text))));
  }

  /**
   * Returns the field of a column; empty if the column is left out.
   *
   * @throws SourceException if there is none
   */
  Optional<FieldPath> field(String column) {
    if (mapped.containsKey(column)) {
      return mapped.get(column);
    }
    var field = FieldPath.find(column);
    if (field.isEmpty()) {
      throw new SourceException(
          "no field for the column "
              + column
              + " (expected: --columns \""
              + column
              + "=FIELD\", or \""
              + column
              + "=\" to leave it out)");
    }
    return field;
  }
}
