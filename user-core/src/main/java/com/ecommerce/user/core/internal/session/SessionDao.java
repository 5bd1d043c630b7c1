package com.ecommerce.user.core.internal.session;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(SessionRow.Mapper.class)
@RegisterRowMapper(SessionState.Mapper.class)
@RegisterRowMapper(RecentProof.ProofMapper.class)
interface SessionDao {
  @SqlUpdate(
      """
      insert into sessions (id, user_id, device_name, client_network, created_at, last_used_at, expires_at,
        refresh_digest, generation, authenticated_at)
      values (:id, :userId, :deviceName, :clientNetwork, :now, :now, :expiresAt, :refreshDigest, 0, :now)
      """)
  void insert(
      UUID id,
      UUID userId,
      String deviceName,
      String clientNetwork,
      Instant now,
      Instant expiresAt,
      byte[] refreshDigest);

  @SqlQuery(
      """
      select id, user_id, device_name, client_network, created_at, last_used_at, expires_at, ended_at, refresh_digest,
        generation, authenticated_at
      from sessions where id = :id for no key update
      """)
  Optional<SessionRow> findForUpdate(UUID id);

  @SqlQuery(
      """
      select id, user_id, device_name, client_network, created_at, last_used_at, expires_at, ended_at, refresh_digest,
        generation, authenticated_at
      from sessions where user_id = :userId and ended_at is null and expires_at > :now
      order by last_used_at desc, id desc
      """)
  List<SessionRow> findLive(UUID userId, Instant now);

  /**
   * Finds a page of the sessions that {@link #findLive} finds, in the same order.
   *
   * @param beforeUse the last use and id of the session that the page follows; null for the first
   *     page
   */
  @SqlQuery(
      """
      select id, user_id, device_name, client_network, created_at, last_used_at, expires_at, ended_at, refresh_digest,
        generation, authenticated_at
      from sessions
      where user_id = :userId and ended_at is null and expires_at > :now
        and (:beforeUse::timestamptz is null or (last_used_at, id) < (:beforeUse, :beforeId))
      order by last_used_at desc, id desc limit :limit
      """)
  List<SessionRow> findLivePage(
      UUID userId, Instant now, Instant beforeUse, UUID beforeId, int limit);

  @SqlQuery(
      """
      select count(*) from sessions where user_id = :userId and ended_at is null and expires_at > :now
      """)
  long countLive(UUID userId, Instant now);

  /**
   * Ends the live sessions of a user except for the most recently used ones.
   *
   * @param kept the number of sessions to keep
   * @return the ids of the ended sessions
   */
  @SqlQuery(
      """
      update sessions set ended_at = :now
      where ended_at is null and id in (
        select id from sessions where user_id = :userId and ended_at is null and expires_at > :now
        order by last_used_at desc, id desc offset :kept)
      returning id
      """)
  List<UUID> endSurplus(UUID userId, int kept, Instant now);

  /**
   * Returns the data that calls with tokens of the sessions need. Planned once, since it hides the
   * array.
   */
  @SqlQuery(
      """
      select s.id, s.user_id, u.email, u.status, u.roles, s.expires_at, s.ended_at
      from sessions s join users u on u.id = s.user_id
      where s.id = any ((select :ids)::uuid[])
      """)
  List<SessionState> findStates(UUID[] ids);

  @SqlUpdate(
      """
      update sessions set refresh_digest = :refreshDigest, generation = generation + 1, client_network = :clientNetwork,
        last_used_at = :now, expires_at = :expiresAt
      where id = :id
      """)
  void rotate(UUID id, byte[] refreshDigest, String clientNetwork, Instant now, Instant expiresAt);

  /**
   * Records that the password was verified in a session.
   *
   * @return the session; empty if it is over or belongs to another user
   */
  @SqlQuery(
      """
      update sessions set authenticated_at = :now
      where id = :id and user_id = :userId and ended_at is null and expires_at > :now
      returning id, user_id, device_name, client_network, created_at, last_used_at, expires_at, ended_at,
        refresh_digest, generation, authenticated_at
      """)
  Optional<SessionRow> authenticate(UUID id, UUID userId, Instant now);

  @SqlQuery(
      """
      select s.authenticated_at, 'ADMIN' = any (u.roles) as is_admin
      from sessions s join users u on u.id = s.user_id
      where s.id = :id and s.ended_at is null
      """)
  Optional<RecentProof.Proof> findProof(UUID id);

  /**
   * Ends a session that nothing has ended yet; one that is merely over stays as it is.
   *
   * @return whose it was
   */
  @SqlQuery(
      """
      update sessions set ended_at = :now where id = :id and ended_at is null and expires_at > :now
      returning user_id
      """)
  Optional<UUID> end(UUID id, Instant now);

  /**
   * Ends the live sessions of a user, but for one.
   *
   * @return their ids
   */
  @SqlQuery(
      """
      update sessions set ended_at = :now
      where user_id = :userId and ended_at is null and expires_at > :now and id is distinct from :but
      returning id
      """)
  List<UUID> endAll(UUID userId, UUID but, Instant now);

  @SqlUpdate(
      """
      delete from sessions where id in (
        select id from sessions where least(ended_at, expires_at) < :before
        order by least(ended_at, expires_at) limit :limit for update skip locked)
      """)
  int deleteOver(Instant before, int limit);
}
