package com.ecommerce.user.core.internal.verification;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * The token of a mailed link, without its secret.
 *
 * @param email the mailbox it was sent to
 * @param isVoid whether a newer token, or a change of the address, took its place
 */
record Token(
    UUID id,
    UserId user,
    TokenPurpose purpose,
    Email email,
    Instant expiresAt,
    boolean isUsed,
    boolean isVoid) {
  boolean isExpired(Instant now) {
    return !now.isBefore(expiresAt);
  }

  /** Public for Jdbi, which makes it. */
  public static final class Mapper implements RowMapper<Token> {
    @Override
    public Token map(ResultSet row, StatementContext context) throws SQLException {
      return new Token(
          row.getObject("id", UUID.class),
          new UserId(row.getObject("user_id", UUID.class)),
          TokenPurpose.valueOf(row.getString("purpose")),
          Email.ofStored(row.getString("email")),
          row.getObject("expires_at", OffsetDateTime.class).toInstant(),
          row.getBoolean("is_used"),
          row.getBoolean("is_void"));
    }
  }
}
