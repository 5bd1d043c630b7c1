package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.StatementContext;

/** The data of a session and its user that calls with a token of the session need. */
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

  /** Returns whether the two are equal in everything that the state of a session contains. */
  static boolean isSameUser(User before, User after) {
    return before.email().equals(after.email())
        && before.status() == after.status()
        && before.roles().equals(after.roles());
  }

  static SessionState ofRow(ResultSet row, StatementContext context) throws SQLException {
    return new SessionState(
        Rows.uuid(row, "id"),
        new UserId(Rows.uuid(row, "user_id")),
        Email.ofStored(row.getString("email")),
        UserStatus.valueOf(row.getString("status")),
        Arrays.stream((String[]) row.getArray("roles").getArray())
            .map(Role::valueOf)
            .collect(Collectors.toUnmodifiableSet()),
        Rows.instant(row, "expires_at"),
        row.getObject("ended_at") != null);
  }
}
