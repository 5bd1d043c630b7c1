package com.ecommerce.user.server.database.eventloop;

import com.ecommerce.user.core.eventloop.Columns;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/** A row from the Vert.x driver. Not thread-safe. */
final class VertxColumns implements Columns {
  private static final String[] NO_TEXTS = {};

  private final Row row;
  private int next;

  VertxColumns(Row row) {
    this.row = row;
  }

  @Override
  public UUID uuid() {
    return row.getUUID(next++);
  }

  @Override
  public String text() {
    return row.getString(next++);
  }

  @Override
  public String[] texts() {
    var texts = row.getArrayOfStrings(next++);
    return texts == null ? NO_TEXTS : texts;
  }

  @Override
  public boolean flag() {
    return Boolean.TRUE.equals(row.getBoolean(next++));
  }

  @Override
  public long number() {
    var number = row.getLong(next++);
    return number == null ? 0 : number;
  }

  @Override
  public LocalDate date() {
    return row.getLocalDate(next++);
  }

  @Override
  public Instant instant() {
    var time = row.getOffsetDateTime(next++);
    return time == null ? null : time.toInstant();
  }
}
