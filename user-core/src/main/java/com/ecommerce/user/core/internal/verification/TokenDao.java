package com.ecommerce.user.core.internal.verification;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(Token.Mapper.class)
interface TokenDao {
  String INSERT =
      """
      insert into tokens (id, user_id, purpose, email, requested, created_at, expires_at)
      select :token.id, :token.userId, :token.purpose, :token.email, :token.requested, :token.createdAt,
        :token.expiresAt
      """;

  /**
   * Returns {@link #INSERT} with the condition that a part of the same statement returned a row.
   */
  static String insertIf(String part) {
    return INSERT + " where exists (select from " + part + ")";
  }

  /**
   * The values that {@link #INSERT} writes.
   *
   * @param requested whether the user requested it; the previous version counts these
   */
  record NewToken(
      UUID id,
      UUID userId,
      TokenPurpose purpose,
      String email,
      boolean requested,
      Instant createdAt,
      Instant expiresAt) {
    /** Without the address, since records end up in logs. */
    @Override
    public String toString() {
      return "NewToken[" + purpose + " " + id + "]";
    }
  }

  @SqlUpdate(INSERT)
  void insert(@BindMethods("token") NewToken token);

  /**
   * Nothing happens to a token that may have no secret any more.
   *
   * @return when it expires
   */
  @SqlQuery(
      """
      with live as (
        select id, expires_at from tokens
        where id = :tokenId and used_at is null and voided_at is null and expires_at > :now for key share),
      digest as (insert into token_digests (digest, token_id) select :digest, id from live)
      select expires_at from live
      """)
  Optional<Instant> insertDigest(byte[] digest, UUID tokenId, Instant now);

  @SqlQuery(
      """
      select id, user_id, purpose, email, expires_at, used_at is not null as is_used, voided_at is not null as is_void
      from tokens where id = :id
      """)
  Optional<Token> find(UUID id);

  @SqlQuery(
      """
      select t.id, t.user_id, t.purpose, t.email, t.expires_at, t.used_at is not null as is_used,
        t.voided_at is not null as is_void
      from token_digests d join tokens t on t.id = d.token_id
      where d.digest = :digest
      """)
  Optional<Token> findByDigest(byte[] digest);

  @SqlQuery("select id from users where id = :userId for no key update")
  Optional<UUID> lockUser(UUID userId);

  /** Locks the user whom a token belongs to; all changes of tokens happen under that lock. */
  @SqlQuery(
      """
      select u.id from token_digests d join tokens t on t.id = d.token_id join users u on u.id = t.user_id
      where d.digest = :digest for no key update of u
      """)
  Optional<UUID> lockOwner(byte[] digest);

  /** Locks the user who has the address and may log in. */
  @SqlQuery(
      """
      select id from users where email = :email and status in ('ACTIVE', 'PENDING_VERIFICATION') for no key update
      """)
  Optional<UUID> lockOpenAccount(String email);

  @SqlQuery(
      "select exists (select from credentials where user_id = :userId and changed_at > :time)")
  boolean hasNewPasswordSince(UUID userId, Instant time);

  @SqlUpdate("update tokens set used_at = :now where id = :id")
  void markUsed(UUID id, Instant now);

  @SqlUpdate(
      """
      update tokens set voided_at = :now
      where user_id = :userId and purpose = :purpose and used_at is null and voided_at is null
      """)
  void voidAll(UUID userId, TokenPurpose purpose, Instant now);

  @SqlUpdate(
      """
      update tokens set voided_at = :now
      where user_id = :userId and purpose = :purpose and used_at is null and voided_at is null
        and not email = any (:emails)
      """)
  void voidOthers(UUID userId, TokenPurpose purpose, String[] emails, Instant now);

  /** Voids the tokens that were issued with the given token or later. */
  @SqlUpdate(
      """
      update tokens set voided_at = :now
      where user_id = :userId and purpose = 'UNDO_EMAIL_CHANGE' and used_at is null and voided_at is null
        and created_at >= (select created_at from tokens where id = :tokenId)
      """)
  void voidUndosSince(UUID userId, UUID tokenId, Instant now);

  @SqlUpdate(
      """
      update tokens set voided_at = :now
      where user_id = :userId and purpose = 'UNDO_EMAIL_CHANGE' and used_at is null and voided_at is null
        and email = :email
      """)
  void voidUndosTo(UUID userId, String email, Instant now);

  @SqlUpdate(
      """
      delete from tokens where id in (
        select id from tokens where purpose in ('STOP_EMAIL_CHANGE', 'UNDO_EMAIL_CHANGE') and expires_at < :now
        order by expires_at limit :limit for update skip locked)
      """)
  int deleteOverEmailChanges(Instant now, int limit);

  @SqlUpdate(
      """
      delete from tokens where id in (
        select id from tokens where expires_at < :before order by expires_at limit :limit for update skip locked)
      """)
  int deleteExpired(Instant before, int limit);
}
