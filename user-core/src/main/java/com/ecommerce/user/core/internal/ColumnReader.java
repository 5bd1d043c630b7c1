package com.ecommerce.user.core.internal;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * Reads the columns of a row from the first to the last. To look them up by name takes longer than
 * to read them. Not thread-safe.
 */
public final class ColumnReader {
  private static final String[] NO_TEXTS = {};

  private final ResultSet row;
  private int last;

  public ColumnReader(ResultSet row) {
    this.row = row;
  }

  /** Null when the column is. */
  public UUID uuid() throws SQLException {
    return row.getObject(++last, UUID.class);
  }

  /** Null when the column is. */
  public String text() throws SQLException {
    return row.getString(++last);
  }

  /** Empty when the column is null. */
  public String[] texts() throws SQLException {
    Array texts = row.getArray(++last);
    return texts == null ? NO_TEXTS : (String[]) texts.getArray();
  }

  /** False when the column is null. */
  public boolean flag() throws SQLException {
    return row.getBoolean(++last);
  }

  /** 0 when the column is null. */
  public long number() throws SQLException {
    return row.getLong(++last);
  }

  /** Null when the column is. */
  public LocalDate date() throws SQLException {
    return row.getObject(++last, LocalDate.class);
  }

  /** Null when the column is. */
  public Instant instant() throws SQLException {
    var time = row.getObject(++last, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
