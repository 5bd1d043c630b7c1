package com.ecommerce.user.core.internal.credential;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(SignInOriginDao.SeenMapper.class)
interface SignInOriginDao {
  @SqlQuery(
      """
      select seen_at from sign_in_origins
      where user_id = :userId and kind = 'NETWORK' and digest = :network
      """)
  Optional<Instant> findNetwork(UUID userId, byte[] network);

  @SqlQuery(
      """
      select kind, seen_at from sign_in_origins
      where user_id = :userId and (kind, digest) in (('NETWORK', :network), ('DEVICE', :device))
      """)
  List<Seen> find(UUID userId, byte[] network, byte[] device);

  @SqlQuery("select exists (select from sign_in_origins where user_id = :userId)")
  boolean hasAny(UUID userId);

  @SqlUpdate(
      """
      insert into sign_in_origins (user_id, kind, digest, seen_at) values (:userId, :kind, :digest, :now)
      on conflict (user_id, kind, digest) do update set seen_at = excluded.seen_at
      """)
  void upsert(UUID userId, SignInOrigins.Kind kind, byte[] digest, Instant now);

  @SqlUpdate(
      """
      delete from sign_in_origins where user_id = :userId and kind = :kind and digest in (
        select digest from sign_in_origins where user_id = :userId and kind = :kind
        order by seen_at desc, digest offset :kept)
      """)
  void deleteOldest(UUID userId, SignInOrigins.Kind kind, int kept);

  @SqlUpdate(
      """
      delete from sign_in_origins where (user_id, kind, digest) in (
        select user_id, kind, digest from sign_in_origins where seen_at < :before
        order by seen_at limit :limit for update skip locked)
      """)
  int deleteUnseen(Instant before, int limit);

  /** A known network or device, with the time of the latest sign-in from it, accurate to a day. */
  record Seen(SignInOrigins.Kind kind, Instant at) {}

  /** Public for Jdbi, which creates it. */
  final class SeenMapper implements RowMapper<Seen> {
    @Override
    public Seen map(ResultSet row, StatementContext context) throws SQLException {
      return new Seen(
          SignInOrigins.Kind.valueOf(row.getString("kind")),
          row.getObject("seen_at", OffsetDateTime.class).toInstant());
    }
  }
}
