package com.ecommerce.user.core.internal.verification;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * The token of a mailed link, without its secret.
 *
 * @param email the address that it was sent to
 * @param isVoid whether a newer token or a change of the address has voided it
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

  static Token ofRow(ResultSet row, StatementContext context) throws SQLException {
    return new Token(
        Rows.uuid(row, "id"),
        new UserId(Rows.uuid(row, "user_id")),
        TokenPurpose.valueOf(row.getString("purpose")),
        Email.ofStored(row.getString("email")),
        Rows.instant(row, "expires_at"),
        row.getBoolean("is_used"),
        row.getBoolean("is_void"));
  }
}
