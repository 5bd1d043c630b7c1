package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.internal.db.Purge;
import com.ecommerce.user.core.internal.db.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

final class SignInOriginDao {
  private final Handle tx;

  SignInOriginDao(Handle tx) {
    this.tx = tx;
  }

  Optional<Instant> findNetwork(UUID userId, byte[] network) {
    return tx.createQuery(
            """
            select seen_at from sign_in_origins
            where user_id = :userId and kind = 'NETWORK' and digest = :network
            """)
        .bind("userId", userId)
        .bind("network", network)
        .mapTo(Instant.class)
        .findOne();
  }

  List<Seen> find(UUID userId, byte[] network, byte[] device) {
    return tx.createQuery(
            """
            select kind, seen_at from sign_in_origins
            where user_id = :userId and (kind, digest) in (('NETWORK', :network), ('DEVICE', :device))
            """)
        .bind("userId", userId)
        .bind("network", network)
        .bind("device", device)
        .map(SignInOriginDao::seen)
        .list();
  }

  boolean hasAny(UUID userId) {
    return tx.createQuery("select exists (select from sign_in_origins where user_id = :userId)")
        .bind("userId", userId)
        .mapTo(Boolean.class)
        .one();
  }

  void upsert(UUID userId, SignInOrigins.Kind kind, byte[] digest, Instant now) {
    tx.createUpdate(
            """
            insert into sign_in_origins (user_id, kind, digest, seen_at) values (:userId, :kind, :digest, :now)
            on conflict (user_id, kind, digest) do update set seen_at = excluded.seen_at
            """)
        .bind("userId", userId)
        .bind("kind", kind)
        .bind("digest", digest)
        .bind("now", now)
        .execute();
  }

  void deleteOldest(UUID userId, SignInOrigins.Kind kind, int kept) {
    tx.createUpdate(
            """
            delete from sign_in_origins where user_id = :userId and kind = :kind and digest in (
              select digest from sign_in_origins where user_id = :userId and kind = :kind
              order by seen_at desc, digest offset :kept)
            """)
        .bind("userId", userId)
        .bind("kind", kind)
        .bind("kept", kept)
        .execute();
  }

  int deleteUnseen(Instant before, int limit) {
    return Purge.delete(
        tx,
        "sign_in_origins",
        "user_id, kind, digest",
        "seen_at < :time order by seen_at",
        before,
        limit);
  }

  /** A known network or device, with the time of the latest sign-in from it, accurate to a day. */
  record Seen(SignInOrigins.Kind kind, Instant at) {}

  private static Seen seen(ResultSet row, StatementContext context) throws SQLException {
    return new Seen(
        SignInOrigins.Kind.valueOf(row.getString("kind")), Rows.instant(row, "seen_at"));
  }
}
