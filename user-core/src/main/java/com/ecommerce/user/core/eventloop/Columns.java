package com.ecommerce.user.core.eventloop;

import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/**
 * The columns of a row, which are read in order, since looking them up by name would take longer
 * than reading them. Each method reads the next column, and throws an exception if it has another
 * type. Not thread-safe.
 */
public interface Columns {
  /** Returns a UUID; null if the column is null. */
  UUID uuid() throws SQLException;

  /** Returns a text; null if the column is null. */
  String text() throws SQLException;

  /** Returns an array of texts; empty if the column is null. */
  String[] texts() throws SQLException;

  /** Returns a boolean; false if the column is null. */
  boolean flag() throws SQLException;

  /** Returns a number; 0 if the column is null. */
  long number() throws SQLException;

  /** Returns a date; null if the column is null. */
  LocalDate date() throws SQLException;

  /** Returns a time; null if the column is null. */
  Instant instant() throws SQLException;
}
