package com.ecommerce.user.core.internal.credential;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(StoredPassword.Mapper.class)
interface CredentialDao {
  String UPSERT =
      """
      insert into credentials (user_id, password_hash, changed_at)
      values (:credential.userId, :credential.hash, :credential.changedAt)
      on conflict (user_id) do update set password_hash = excluded.password_hash, changed_at = excluded.changed_at
      """;

  /** A row that {@link #UPSERT} writes. */
  record Credential(UUID userId, String hash, Instant changedAt) {
    /** Masked, since records end up in logs. */
    @Override
    public String toString() {
      return "Credential[" + userId + "]";
    }
  }

  @SqlUpdate(UPSERT)
  void upsert(@BindMethods("credential") Credential credential);

  @SqlUpdate("delete from credentials where user_id = :userId")
  void delete(UUID userId);

  /** Another hash of the same password: the time of its change stays. */
  @SqlUpdate("update credentials set password_hash = :hash where user_id = :userId")
  void updateHash(UUID userId, String hash);

  @SqlQuery(
      """
      select u.id, c.password_hash, u.email, u.first_name, u.last_name, u.display_name
      from users u left join credentials c on c.user_id = u.id
      where u.id = :userId
      """)
  Optional<StoredPassword> find(UUID userId);

  @SqlQuery(
      """
      select u.id, c.password_hash, u.email, u.first_name, u.last_name, u.display_name
      from users u left join credentials c on c.user_id = u.id
      where u.email = :email
      """)
  Optional<StoredPassword> findByEmail(String email);

  @SqlQuery("select password_hash from credentials where user_id = :userId for no key update")
  Optional<String> findHashForUpdate(UUID userId);
}
