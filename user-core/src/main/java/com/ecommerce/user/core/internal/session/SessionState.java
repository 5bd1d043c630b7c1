package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** A session and its user, as far as a call with a token of the session needs to know them. */
record SessionState(
    UUID session,
    UserId user,
    Email email,
    UserStatus status,
    Set<Role> roles,
    Instant expiresAt,
    boolean ended) {
  boolean isLive(Instant now) {
    return !ended && status.isOpen() && now.isBefore(expiresAt);
  }

  /** Returns whether the two are the same in all that the state of a session contains. */
  static boolean isSameUser(User before, User after) {
    return before.email().equals(after.email())
        && before.status() == after.status()
        && before.roles().equals(after.roles());
  }

  /** Public for Jdbi, which makes it. */
  public static final class Mapper implements RowMapper<SessionState> {
    @Override
    public SessionState map(ResultSet row, StatementContext context) throws SQLException {
      return new SessionState(
          row.getObject("id", UUID.class),
          new UserId(row.getObject("user_id", UUID.class)),
          Email.ofStored(row.getString("email")),
          UserStatus.valueOf(row.getString("status")),
          Arrays.stream((String[]) row.getArray("roles").getArray())
              .map(Role::valueOf)
              .collect(Collectors.toUnmodifiableSet()),
          row.getObject("expires_at", OffsetDateTime.class).toInstant(),
          row.getObject("ended_at") != null);
    }
  }
}
