package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.value.UserId;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

final class CredentialDao {
  static final String UPSERT =
      """
      insert into credentials (user_id, password_hash, changed_at)
      values (:credential.userId, :credential.hash, :credential.changedAt)
      on conflict (user_id) do update set password_hash = excluded.password_hash, changed_at = excluded.changed_at
      """;

  private static final String FIND =
      """
      select u.id, c.password_hash, u.email, u.first_name, u.last_name, u.display_name
      from users u left join credentials c on c.user_id = u.id
      """;

  private final Handle tx;

  CredentialDao(Handle tx) {
    this.tx = tx;
  }

  /** The values that {@link #UPSERT} writes. Public for Jdbi, which calls its accessors. */
  public record Credential(UUID userId, String hash, Instant changedAt) {
    /** Omits the hash, since records may be logged. */
    @Override
    public String toString() {
      return "Credential[" + userId + "]";
    }
  }

  void upsert(Credential credential) {
    tx.createUpdate(UPSERT).bindMethods("credential", credential).execute();
  }

  /** Returns the hash of each of the users who has a password. */
  Map<UserId, PasswordHash> findAll(Collection<UserId> users) {
    return tx.createQuery(
            "select user_id, password_hash from credentials where user_id = any (:users)")
        .bind("users", users.stream().map(UserId::value).toArray(UUID[]::new))
        .map(
            (row, context) ->
                Map.entry(
                    new UserId(Rows.uuid(row, "user_id")),
                    new PasswordHash(row.getString("password_hash"))))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Adds the passwords of new users, with one statement. */
  void insertAll(Map<UserId, PasswordHash> hashes, Instant now) {
    if (hashes.isEmpty()) {
      return;
    }
    tx.createUpdate(
            """
            insert into credentials (user_id, password_hash, changed_at)
            select user_id, password_hash, :now from unnest(:users, :hashes) as given (user_id, password_hash)
            """)
        .bind("users", hashes.keySet().stream().map(UserId::value).toArray(UUID[]::new))
        .bind("hashes", hashes.values().stream().map(PasswordHash::encoded).toArray(String[]::new))
        .bind("now", now)
        .execute();
  }

  void delete(UUID userId) {
    tx.createUpdate("delete from credentials where user_id = :userId")
        .bind("userId", userId)
        .execute();
  }

  /** Stores another hash of the same password, and keeps the time of the latest change. */
  void updateHash(UUID userId, String hash) {
    tx.createUpdate("update credentials set password_hash = :hash where user_id = :userId")
        .bind("userId", userId)
        .bind("hash", hash)
        .execute();
  }

  Optional<StoredPassword> find(UUID userId) {
    return tx.createQuery(FIND + "where u.id = :userId")
        .bind("userId", userId)
        .map(StoredPassword::ofRow)
        .findOne();
  }

  Optional<StoredPassword> findByEmail(String email) {
    return tx.createQuery(FIND + "where u.email = :email")
        .bind("email", email)
        .map(StoredPassword::ofRow)
        .findOne();
  }

  Optional<String> findHashForUpdate(UUID userId) {
    return tx.createQuery(
            "select password_hash from credentials where user_id = :userId for no key update")
        .bind("userId", userId)
        .mapTo(String.class)
        .findOne();
  }
}
