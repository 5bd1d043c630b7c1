package com.ecommerce.user.core.internal.verification;

import com.ecommerce.user.core.verification.Registration;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads a row of {@code registrations}. Public for Jdbi, which creates it. */
public final class RegistrationMapper implements RowMapper<Registration> {
  @Override
  public Registration map(ResultSet row, StatementContext context) throws SQLException {
    return new Registration(
        row.getString("network"),
        row.getString("device"),
        row.getObject("created_at", OffsetDateTime.class).toInstant());
  }
}
