package com.ecommerce.user.core.internal.token;

import com.ecommerce.user.core.internal.db.Purge;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

final class SigningKeyDao {
  private final Handle tx;

  SigningKeyDao(Handle tx) {
    this.tx = tx;
  }

  List<SigningKey> findUsable(Instant now) {
    return tx.createQuery(
            """
            select jwk, created_at, verifies_until from signing_keys
            where verifies_until is null or verifies_until > :now
            """)
        .bind("now", now)
        .map(SigningKey::ofRow)
        .list();
  }

  Optional<SigningKey> findNewestForUpdate() {
    return tx.createQuery(
            "select jwk, created_at, verifies_until from signing_keys where verifies_until is null for update")
        .map(SigningKey::ofRow)
        .findOne();
  }

  void limit(String id, Instant verifiesUntil) {
    tx.createUpdate("update signing_keys set verifies_until = :verifiesUntil where id = :id")
        .bind("id", id)
        .bind("verifiesUntil", verifiesUntil)
        .execute();
  }

  /** Inserts the newest key, unless there already is a key without an end. */
  void insertNewest(String id, String jwk, Instant now) {
    tx.createUpdate(
            "insert into signing_keys (id, jwk, created_at) values (:id, :jwk, :now) on conflict do nothing")
        .bind("id", id)
        .bind("jwk", jwk)
        .bind("now", now)
        .execute();
  }

  int deleteOver(Instant now, int limit) {
    return Purge.delete(tx, "signing_keys", "id", "verifies_until <= :time", now, limit);
  }
}
