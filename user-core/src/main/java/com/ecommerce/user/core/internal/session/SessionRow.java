package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * A session as it is kept.
 *
 * @param refreshDigest of the current refresh token
 * @param generation how many refresh tokens there were before the current one
 */
record SessionRow(Session session, boolean ended, byte[] refreshDigest, long generation) {
  boolean isLive(Instant now) {
    return !ended && now.isBefore(session.expiresAt());
  }

  /** Public for Jdbi, which makes it. */
  public static final class Mapper implements RowMapper<SessionRow> {
    @Override
    public SessionRow map(ResultSet row, StatementContext context) throws SQLException {
      return new SessionRow(
          session(row),
          row.getObject("ended_at") != null,
          row.getBytes("refresh_digest"),
          row.getLong("generation"));
    }

    private static Session session(ResultSet row) throws SQLException {
      return new Session(
          new SessionId(row.getObject("id", UUID.class)),
          new UserId(row.getObject("user_id", UUID.class)),
          row.getString("device_name"),
          row.getString("client_network"),
          instant(row, "created_at"),
          instant(row, "last_used_at"),
          instant(row, "expires_at"),
          Optional.ofNullable(row.getObject("authenticated_at", OffsetDateTime.class))
              .map(OffsetDateTime::toInstant));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
      return row.getObject(column, OffsetDateTime.class).toInstant();
    }
  }
}
