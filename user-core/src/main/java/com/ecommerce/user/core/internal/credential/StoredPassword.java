package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * The stored password of a user.
 *
 * @param hash empty for a user who has no password
 * @param person the personal data that the next password must not repeat
 */
record StoredPassword(UserId user, Optional<PasswordHash> hash, PasswordPolicy.Person person) {
  static StoredPassword ofRow(ResultSet row, StatementContext context) throws SQLException {
    return new StoredPassword(
        new UserId(Rows.uuid(row, "id")),
        Optional.ofNullable(row.getString("password_hash")).map(PasswordHash::new),
        new PasswordPolicy.Person(
            row.getString("email"),
            row.getString("first_name"),
            row.getString("last_name"),
            row.getString("display_name")));
  }
}
