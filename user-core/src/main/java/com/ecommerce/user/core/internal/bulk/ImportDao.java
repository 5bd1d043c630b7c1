package com.ecommerce.user.core.internal.bulk;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

final class ImportDao {
  private final Handle tx;

  ImportDao(Handle tx) {
    this.tx = tx;
  }

  /** Returns the users who have any of the keys of the rows, each user once. */
  List<KnownUser> find(Collection<ImportedUser> rows) {
    return tx.createQuery(
            """
            select u.id, u.email, u.external_id, u.imported_row, u.imported_password, c.password_hash
            from users u left join credentials c on c.user_id = u.id
            where u.id in (
              select id from users where id = any ((select :ids)::uuid[])
              union select id from users where email = any ((select :emails)::text[])
              union select id from users where external_id = any ((select :externalIds)::text[]))
            """)
        .bind("ids", ids(rows))
        .bind("emails", rows.stream().map(row -> row.email().address()).toArray(String[]::new))
        .bind("externalIds", externalIds(rows))
        .map(ImportDao::known)
        .list();
  }

  private static UUID[] ids(Collection<ImportedUser> rows) {
    return rows.stream().flatMap(row -> row.id().stream()).map(UserId::value).toArray(UUID[]::new);
  }

  private static String[] externalIds(Collection<ImportedUser> rows) {
    return rows.stream()
        .flatMap(row -> row.externalId().stream())
        .map(ExternalId::text)
        .toArray(String[]::new);
  }

  private static KnownUser known(ResultSet row, StatementContext context) throws SQLException {
    return new KnownUser(
        new UserId(Rows.uuid(row, "id")),
        Email.ofStored(row.getString("email")),
        Optional.ofNullable(row.getString("external_id")).map(ExternalId::ofStored),
        row.getBytes("imported_row"),
        row.getBytes("imported_password"),
        Optional.ofNullable(row.getString("password_hash")).map(PasswordHash::new));
  }

  /** Stores the digests of the row that a user was imported from. */
  void remember(UserId user, byte[] rowDigest, byte[] passwordDigest) {
    tx.createUpdate(
            """
            update users set imported_row = :rowDigest, imported_password = :passwordDigest where id = :id
            """)
        .bind("id", user.value())
        .bind("rowDigest", rowDigest)
        .bind("passwordDigest", passwordDigest)
        .execute();
  }
}
