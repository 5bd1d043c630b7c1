package com.ecommerce.user.core.internal.verification;

import com.ecommerce.user.core.internal.db.Purge;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

final class TokenDao {
  static final String INSERT =
      """
      insert into tokens (id, user_id, purpose, email, requested, created_at, expires_at)
      select :token.id, :token.userId, :token.purpose, :token.email, :token.requested, :token.createdAt,
        :token.expiresAt
      """;

  private static final String FIND =
      """
      select t.id, t.user_id, t.purpose, t.email, t.expires_at, t.used_at is not null as is_used,
        t.voided_at is not null as is_void
      from tokens t
      """;

  private static final String VOID =
      """
      update tokens set voided_at = :now
      where user_id = :userId and purpose = :purpose and used_at is null and voided_at is null
      """;

  private final Handle tx;

  TokenDao(Handle tx) {
    this.tx = tx;
  }

  /**
   * Returns {@link #INSERT} with the condition that a part of the same statement returned a row.
   */
  static String insertIf(String part) {
    return INSERT + " where exists (select from " + part + ")";
  }

  /**
   * The values that {@link #INSERT} writes. Public since Jdbi calls its accessors.
   *
   * @param requested whether the user requested it; the previous version counts these
   */
  public record NewToken(
      UUID id,
      UUID userId,
      TokenPurpose purpose,
      String email,
      boolean requested,
      Instant createdAt,
      Instant expiresAt) {
    /** Omits the address, since records may be logged. */
    @Override
    public String toString() {
      return "NewToken[" + purpose + " " + id + "]";
    }
  }

  void insert(NewToken token) {
    tx.createUpdate(INSERT).bindMethods("token", token).execute();
  }

  /**
   * Adds a secret to a token, unless the token is used or void.
   *
   * @return the time at which the token expires; empty if no secret was added
   */
  Optional<Instant> insertDigest(byte[] digest, UUID tokenId, Instant now) {
    return tx.createQuery(
            """
            with live as (
              select id, expires_at from tokens
              where id = :tokenId and used_at is null and voided_at is null and expires_at > :now for key share),
            digest as (insert into token_digests (digest, token_id) select :digest, id from live)
            select expires_at from live
            """)
        .bind("digest", digest)
        .bind("tokenId", tokenId)
        .bind("now", now)
        .mapTo(Instant.class)
        .findOne();
  }

  Optional<Token> find(UUID id) {
    return tx.createQuery(FIND + "where t.id = :id").bind("id", id).map(Token::ofRow).findOne();
  }

  Optional<Token> findByDigest(byte[] digest) {
    return tx.createQuery(
            FIND + "join token_digests d on d.token_id = t.id where d.digest = :digest")
        .bind("digest", digest)
        .map(Token::ofRow)
        .findOne();
  }

  Optional<UUID> lockUser(UUID userId) {
    return tx.createQuery("select id from users where id = :userId for no key update")
        .bind("userId", userId)
        .mapTo(UUID.class)
        .findOne();
  }

  /** Locks the user to whom a token belongs. All changes of tokens happen under that lock. */
  Optional<UUID> lockOwner(byte[] digest) {
    return tx.createQuery(
            """
            select u.id from token_digests d join tokens t on t.id = d.token_id join users u on u.id = t.user_id
            where d.digest = :digest for no key update of u
            """)
        .bind("digest", digest)
        .mapTo(UUID.class)
        .findOne();
  }

  /** Locks the user who has the address and may log in. */
  Optional<UUID> lockOpenAccount(String email) {
    return tx.createQuery(
            """
            select id from users where email = :email and status in ('ACTIVE', 'PENDING_VERIFICATION') for no key update
            """)
        .bind("email", email)
        .mapTo(UUID.class)
        .findOne();
  }

  boolean hasNewPasswordSince(UUID userId, Instant time) {
    return tx.createQuery(
            "select exists (select from credentials where user_id = :userId and changed_at > :time)")
        .bind("userId", userId)
        .bind("time", time)
        .mapTo(Boolean.class)
        .one();
  }

  void markUsed(UUID id, Instant now) {
    tx.createUpdate("update tokens set used_at = :now where id = :id")
        .bind("id", id)
        .bind("now", now)
        .execute();
  }

  void voidAll(UUID userId, TokenPurpose purpose, Instant now) {
    voiding(userId, purpose, now, "").execute();
  }

  void voidOthers(UUID userId, TokenPurpose purpose, String[] emails, Instant now) {
    voiding(userId, purpose, now, "and not email = any (:emails)").bind("emails", emails).execute();
  }

  /** Voids the tokens that were issued with the given token or later. */
  void voidUndosSince(UUID userId, UUID tokenId, Instant now) {
    var since = "and created_at >= (select created_at from tokens where id = :tokenId)";
    voiding(userId, TokenPurpose.UNDO_EMAIL_CHANGE, now, since).bind("tokenId", tokenId).execute();
  }

  void voidUndosTo(UUID userId, String email, Instant now) {
    voiding(userId, TokenPurpose.UNDO_EMAIL_CHANGE, now, "and email = :email")
        .bind("email", email)
        .execute();
  }

  private Update voiding(UUID userId, TokenPurpose purpose, Instant now, String condition) {
    return tx.createUpdate(VOID + condition)
        .bind("userId", userId)
        .bind("purpose", purpose)
        .bind("now", now);
  }

  int deleteOverEmailChanges(Instant now, int limit) {
    return Purge.delete(
        tx,
        "tokens",
        "id",
        "purpose in ('STOP_EMAIL_CHANGE', 'UNDO_EMAIL_CHANGE') and expires_at < :time order by expires_at",
        now,
        limit);
  }

  int deleteExpired(Instant before, int limit) {
    return Purge.delete(
        tx, "tokens", "id", "expires_at < :time order by expires_at", before, limit);
  }
}
