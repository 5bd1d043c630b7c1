package com.ecommerce.user.core.internal.mail;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.statement.StatementContext;

/** The recipient of a mail. */
record Recipient(String name, String language) {
  static Recipient ofRow(ResultSet row, StatementContext context) throws SQLException {
    return new Recipient(row.getString("display_name"), row.getString("language"));
  }
}
