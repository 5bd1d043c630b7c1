package com.ecommerce.user.core.mail;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Whom a mail is to. */
record Addressee(String name, String language) {
  /** Public for Jdbi, which makes it. */
  public static final class Mapper implements RowMapper<Addressee> {
    @Override
    public Addressee map(ResultSet row, StatementContext context) throws SQLException {
      return new Addressee(row.getString("display_name"), row.getString("language"));
    }
  }
}
