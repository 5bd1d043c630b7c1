package com.ecommerce.user.core.credential;

import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

interface CredentialDao {
  @SqlUpdate(
      """
      insert into credentials (user_id, password_hash, changed_at) values (:userId, :hash, :changedAt)
      on conflict (user_id) do update set password_hash = excluded.password_hash, changed_at = excluded.changed_at
      """)
  void upsert(UUID userId, String hash, Instant changedAt);
}
