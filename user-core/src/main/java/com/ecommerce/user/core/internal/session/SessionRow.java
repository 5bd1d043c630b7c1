package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * A session as it is stored.
 *
 * @param refreshDigest the digest of the current refresh token
 * @param generation the number of refresh tokens before the current one
 */
record SessionRow(Session session, boolean ended, byte[] refreshDigest, long generation) {
  boolean isLive(Instant now) {
    return !ended && now.isBefore(session.expiresAt());
  }

  static SessionRow ofRow(ResultSet row, StatementContext context) throws SQLException {
    return new SessionRow(
        session(row),
        row.getObject("ended_at") != null,
        row.getBytes("refresh_digest"),
        row.getLong("generation"));
  }

  private static Session session(ResultSet row) throws SQLException {
    return new Session(
        new SessionId(Rows.uuid(row, "id")),
        new UserId(Rows.uuid(row, "user_id")),
        row.getString("device_name"),
        row.getString("client_network"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "last_used_at"),
        Rows.instant(row, "expires_at"),
        Rows.optionalInstant(row, "authenticated_at"));
  }
}
