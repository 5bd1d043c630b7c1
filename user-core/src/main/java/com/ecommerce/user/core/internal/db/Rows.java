package com.ecommerce.user.core.internal.db;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads columns of types for which {@link ResultSet} has no getter, and turns rows into the arrays
 * by which one statement writes all of them.
 */
public final class Rows {
  private Rows() {}

  /** Returns the id in a column; null for SQL {@code null}. */
  public static UUID uuid(ResultSet row, String column) throws SQLException {
    return row.getObject(column, UUID.class);
  }

  /** Returns the time in a column that is never SQL {@code null}. */
  public static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  /** Returns the time in a column; empty for SQL {@code null}. */
  public static Optional<Instant> optionalInstant(ResultSet row, String column)
      throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  /**
   * Returns the values of a column in all rows as texts, for a parameter of {@code unnest} that is
   * cast to an array of the column's type.
   */
  public static String[] texts(List<? extends Map<String, ?>> rows, String column) {
    return rows.stream().map(row -> Objects.toString(row.get(column), null)).toArray(String[]::new);
  }
}
