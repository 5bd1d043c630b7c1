package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.internal.db.Purge;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

final class SessionDao {
  /** The columns that {@link SessionRow#ofRow} reads. */
  private static final String COLUMNS =
      """
      id, user_id, device_name, client_network, created_at, last_used_at, expires_at, ended_at, refresh_digest,
      generation, authenticated_at
      """;

  private final Handle tx;

  SessionDao(Handle tx) {
    this.tx = tx;
  }

  void insert(
      UUID id,
      UUID userId,
      String deviceName,
      String clientNetwork,
      Instant now,
      Instant expiresAt,
      byte[] refreshDigest) {
    tx.createUpdate(
            """
            insert into sessions (id, user_id, device_name, client_network, created_at, last_used_at, expires_at,
              refresh_digest, generation, authenticated_at)
            values (:id, :userId, :deviceName, :clientNetwork, :now, :now, :expiresAt, :refreshDigest, 0, :now)
            """)
        .bind("id", id)
        .bind("userId", userId)
        .bind("deviceName", deviceName)
        .bind("clientNetwork", clientNetwork)
        .bind("now", now)
        .bind("expiresAt", expiresAt)
        .bind("refreshDigest", refreshDigest)
        .execute();
  }

  Optional<SessionRow> findForUpdate(UUID id) {
    return tx.createQuery("select " + COLUMNS + " from sessions where id = :id for no key update")
        .bind("id", id)
        .map(SessionRow::ofRow)
        .findOne();
  }

  /**
   * Finds live sessions, the most recently used first.
   *
   * @param beforeUse the last use and id of the session that the found ones follow; null to begin
   *     with the first one
   */
  List<SessionRow> findLive(UUID userId, Instant now, Instant beforeUse, UUID beforeId, int limit) {
    return tx.createQuery(
            "select "
                + COLUMNS
                + """
                from sessions
                where user_id = :userId and ended_at is null and expires_at > :now
                  and (:beforeUse::timestamptz is null or (last_used_at, id) < (:beforeUse, :beforeId))
                order by last_used_at desc, id desc limit :limit
                """)
        .bind("userId", userId)
        .bind("now", now)
        .bind("beforeUse", beforeUse)
        .bind("beforeId", beforeId)
        .bind("limit", limit)
        .map(SessionRow::ofRow)
        .list();
  }

  long countLive(UUID userId, Instant now) {
    return tx.createQuery(
            """
            select count(*) from sessions where user_id = :userId and ended_at is null and expires_at > :now
            """)
        .bind("userId", userId)
        .bind("now", now)
        .mapTo(Long.class)
        .one();
  }

  /**
   * Ends the live sessions of a user except for the most recently used ones.
   *
   * @param kept the number of sessions to keep
   * @return the ids of the ended sessions
   */
  List<UUID> endSurplus(UUID userId, int kept, Instant now) {
    return tx.createQuery(
            """
            update sessions set ended_at = :now
            where ended_at is null and id in (
              select id from sessions where user_id = :userId and ended_at is null and expires_at > :now
              order by last_used_at desc, id desc offset :kept)
            returning id
            """)
        .bind("userId", userId)
        .bind("kept", kept)
        .bind("now", now)
        .mapTo(UUID.class)
        .list();
  }

  /**
   * Returns the data that calls with tokens of the sessions need. The statement is planned only
   * once, since the array is hidden from the planner.
   */
  List<SessionState> findStates(UUID[] ids) {
    return tx.createQuery(
            """
            select s.id, s.user_id, u.email, u.status, u.roles, s.expires_at, s.ended_at
            from sessions s join users u on u.id = s.user_id
            where s.id = any ((select :ids)::uuid[])
            """)
        .bind("ids", ids)
        .map(SessionState::ofRow)
        .list();
  }

  void rotate(UUID id, byte[] refreshDigest, String clientNetwork, Instant now, Instant expiresAt) {
    tx.createUpdate(
            """
            update sessions set refresh_digest = :refreshDigest, generation = generation + 1,
              client_network = :clientNetwork, last_used_at = :now, expires_at = :expiresAt
            where id = :id
            """)
        .bind("id", id)
        .bind("refreshDigest", refreshDigest)
        .bind("clientNetwork", clientNetwork)
        .bind("now", now)
        .bind("expiresAt", expiresAt)
        .execute();
  }

  /**
   * Records that the password was verified in a session.
   *
   * @return the session; empty if it has ended or belongs to another user
   */
  Optional<SessionRow> authenticate(UUID id, UUID userId, Instant now) {
    return tx.createQuery(
            """
            update sessions set authenticated_at = :now
            where id = :id and user_id = :userId and ended_at is null and expires_at > :now
            returning
            """
                + COLUMNS)
        .bind("id", id)
        .bind("userId", userId)
        .bind("now", now)
        .map(SessionRow::ofRow)
        .findOne();
  }

  Optional<RecentProof.Proof> findProof(UUID id) {
    return tx.createQuery(
            """
            select s.authenticated_at, 'ADMIN' = any (u.roles) as is_admin
            from sessions s join users u on u.id = s.user_id
            where s.id = :id and s.ended_at is null
            """)
        .bind("id", id)
        .map(RecentProof.Proof::ofRow)
        .findOne();
  }

  /**
   * Ends a session that was not ended yet. One that has expired stays unchanged.
   *
   * @return the user of the session
   */
  Optional<UUID> end(UUID id, Instant now) {
    return tx.createQuery(
            """
            update sessions set ended_at = :now where id = :id and ended_at is null and expires_at > :now
            returning user_id
            """)
        .bind("id", id)
        .bind("now", now)
        .mapTo(UUID.class)
        .findOne();
  }

  /**
   * Ends the live sessions of a user except for one.
   *
   * @return the ids of the ended sessions
   */
  List<UUID> endAll(UUID userId, UUID but, Instant now) {
    return tx.createQuery(
            """
            update sessions set ended_at = :now
            where user_id = :userId and ended_at is null and expires_at > :now and id is distinct from :but
            returning id
            """)
        .bind("userId", userId)
        .bind("but", but)
        .bind("now", now)
        .mapTo(UUID.class)
        .list();
  }

  int deleteOver(Instant before, int limit) {
    return Purge.delete(
        tx,
        "sessions",
        "id",
        "least(ended_at, expires_at) < :time order by least(ended_at, expires_at)",
        before,
        limit);
  }
}
