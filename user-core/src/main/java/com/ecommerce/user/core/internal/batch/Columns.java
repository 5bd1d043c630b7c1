package com.ecommerce.user.core.internal.batch;

import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/**
 * The columns of a row, read from the first to the last: to look them up by name takes longer than
 * to read them. Not thread-safe. Whatever cannot be read throws.
 */
public interface Columns {
  /** Null when the column is. */
  UUID uuid() throws SQLException;

  /** Null when the column is. */
  String text() throws SQLException;

  /** Empty when the column is null. */
  String[] texts() throws SQLException;

  /** False when the column is null. */
  boolean flag() throws SQLException;

  /** 0 when the column is null. */
  long number() throws SQLException;

  /** Null when the column is. */
  LocalDate date() throws SQLException;

  /** Null when the column is. */
  Instant instant() throws SQLException;
}
