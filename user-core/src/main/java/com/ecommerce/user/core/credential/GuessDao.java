package com.ecommerce.user.core.credential;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** The rows of a client network have an empty account, which sorts, and so is locked, first. */
@RegisterRowMapper(GuessDao.CountMapper.class)
interface GuessDao {
  /** Makes sure that both rows are there, and locks them: a purge cannot take them away again. */
  @SqlUpdate(
      """
      insert into password_guesses (account, network, failures, closed_until, forgotten_at)
      values (''::bytea, :network, 0, :now, :now), (:account, :network, 0, :now, :now)
      on conflict (account, network) do update set network = excluded.network
      """)
  void insertMissing(byte[] account, String network, Instant now);

  @SqlQuery(
      """
      select account, failures, closed_until, forgotten_at from password_guesses
      where account in (''::bytea, :account) and network = :network
      order by account
      """)
  List<Count> find(byte[] account, String network);

  @SqlQuery(
      """
      select account, failures, closed_until, forgotten_at from password_guesses
      where account in (''::bytea, :account) and network = :network
      order by account for update
      """)
  List<Count> findForUpdate(byte[] account, String network);

  @SqlUpdate(
      """
      update password_guesses set failures = :failures, closed_until = :closedUntil, forgotten_at = :forgottenAt
      where account = :account and network = :network
      """)
  void update(
      byte[] account, String network, int failures, Instant closedUntil, Instant forgottenAt);

  @SqlUpdate("delete from password_guesses where account = :account and network = :network")
  void delete(byte[] account, String network);

  @SqlUpdate("delete from password_guesses where account = :account")
  void deleteAll(byte[] account);

  @SqlUpdate(
      """
      delete from password_guesses where (account, network) in (
        select account, network from password_guesses where forgotten_at <= :now
        order by forgotten_at limit :limit for update skip locked)
      """)
  int deleteForgotten(Instant now, int limit);

  /** The wrong passwords of an account, or of all, from one client network. */
  record Count(byte[] account, int failures, Instant closedUntil, Instant forgottenAt) {
    boolean isOfNetwork() {
      return account.length == 0;
    }

    boolean isClosed(Instant now) {
      return closedUntil.isAfter(now);
    }

    int failuresAt(Instant now) {
      return forgottenAt.isAfter(now) ? failures : 0;
    }
  }

  /** Public for Jdbi, which makes it. */
  final class CountMapper implements RowMapper<Count> {
    @Override
    public Count map(ResultSet row, StatementContext context) throws SQLException {
      return new Count(
          row.getBytes("account"),
          row.getInt("failures"),
          row.getObject("closed_until", OffsetDateTime.class).toInstant(),
          row.getObject("forgotten_at", OffsetDateTime.class).toInstant());
    }
  }
}
