package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.eventloop.Columns;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.UUID;

/** A row from JDBC. Not thread-safe. */
public final class JdbcColumns implements Columns {
  private static final String[] NO_TEXTS = {};

  private final ResultSet row;
  private int last;

  public JdbcColumns(ResultSet row) {
    this.row = row;
  }

  @Override
  public UUID uuid() throws SQLException {
    return row.getObject(++last, UUID.class);
  }

  @Override
  public String text() throws SQLException {
    return row.getString(++last);
  }

  @Override
  public String[] texts() throws SQLException {
    Array texts = row.getArray(++last);
    return texts == null ? NO_TEXTS : (String[]) texts.getArray();
  }

  @Override
  public boolean flag() throws SQLException {
    return row.getBoolean(++last);
  }

  @Override
  public long number() throws SQLException {
    return row.getLong(++last);
  }

  @Override
  public LocalDate date() throws SQLException {
    return row.getObject(++last, LocalDate.class);
  }

  @Override
  public Instant instant() throws SQLException {
    var time = row.getObject(++last, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
