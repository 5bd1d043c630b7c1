package com.ecommerce.user.core.internal.token;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(SigningKey.Mapper.class)
interface SigningKeyDao {
  @SqlQuery(
      """
      select jwk, created_at, verifies_until from signing_keys
      where verifies_until is null or verifies_until > :now
      """)
  List<SigningKey> findUsable(Instant now);

  @SqlQuery(
      "select jwk, created_at, verifies_until from signing_keys where verifies_until is null for update")
  Optional<SigningKey> findNewestForUpdate();

  @SqlUpdate("update signing_keys set verifies_until = :verifiesUntil where id = :id")
  void limit(String id, Instant verifiesUntil);

  /** Nothing happens when there is one without an end already. */
  @SqlUpdate(
      "insert into signing_keys (id, jwk, created_at) values (:id, :jwk, :now) on conflict do nothing")
  void insertNewest(String id, String jwk, Instant now);

  @SqlUpdate(
      """
      delete from signing_keys where id in (
        select id from signing_keys where verifies_until <= :now limit :limit for update skip locked)
      """)
  int deleteOver(Instant now, int limit);
}
