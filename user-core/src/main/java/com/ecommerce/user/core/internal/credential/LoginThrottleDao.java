package com.ecommerce.user.core.internal.credential;

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

/**
 * The rows of a client network have an empty account; those of an account over all networks have
 * the network {@value #ALL_NETWORKS}. Rows are locked in the order of their key: the client network
 * first, then the account over all networks, then the account at a network.
 */
@RegisterRowMapper(LoginThrottleDao.CountMapper.class)
interface LoginThrottleDao {
  /** The network of counts over all networks. Sorts before every network. */
  String ALL_NETWORKS = "*";

  /** Inserts missing rows and locks all of them, so that a purge cannot delete them. */
  @SqlUpdate(
      """
      insert into password_guesses (account, network, failures, closed_until, forgotten_at)
      values (''::bytea, :network, 0, :now, :now), (:account, '*', 0, :now, :now), (:account, :network, 0, :now, :now)
      on conflict (account, network) do update set network = excluded.network
      """)
  void insertMissing(byte[] account, String network, Instant now);

  @SqlQuery(
      """
      select account, network, failures, closed_until, forgotten_at from password_guesses
      where (account, network) in ((''::bytea, :network), (:account, '*'), (:account, :network))
      """)
  List<Count> find(byte[] account, String network);

  @SqlQuery(
      """
      select account, network, failures, closed_until, forgotten_at from password_guesses
      where (account, network) in ((''::bytea, :network), (:account, '*'), (:account, :network))
      order by account, network collate "C" for update
      """)
  List<Count> findForUpdate(byte[] account, String network);

  /**
   * Takes the network's turn for a check, if it is due.
   *
   * @param next the time of the next turn
   * @return 1, or 0 if no turn is due
   */
  @SqlUpdate(
      """
      update password_guesses set closed_until = :next
      where account = ''::bytea and network = :network and closed_until <= :now
      """)
  int takeTurn(String network, Instant now, Instant next);

  @SqlUpdate(
      """
      update password_guesses set failures = :failures, closed_until = :closedUntil, forgotten_at = :forgottenAt
      where account = :account and network = :network
      """)
  void update(
      byte[] account, String network, int failures, Instant closedUntil, Instant forgottenAt);

  /** Keeps the time until which attempts are refused. */
  @SqlUpdate(
      """
      update password_guesses set failures = :failures, forgotten_at = :forgottenAt
      where account = :account and network = :network
      """)
  void count(byte[] account, String network, int failures, Instant forgottenAt);

  @SqlUpdate("delete from password_guesses where account = :account and network = :network")
  void delete(byte[] account, String network);

  /** Locks the rows in the same order as checks. */
  @SqlUpdate(
      """
      with locked as materialized (
        select account, network from password_guesses where account = :account
        order by account, network collate "C" for update)
      delete from password_guesses using locked
      where password_guesses.account = locked.account and password_guesses.network = locked.network
      """)
  void deleteAll(byte[] account);

  @SqlUpdate(
      """
      delete from password_guesses where (account, network) in (
        select account, network from password_guesses where forgotten_at <= :now
        order by forgotten_at limit :limit for update skip locked)
      """)
  int deleteForgotten(Instant now, int limit);

  /**
   * The number of wrong passwords of an account, of a client network, or of an account from a
   * network.
   */
  record Count(
      byte[] account, String network, int failures, Instant closedUntil, Instant forgottenAt) {
    boolean isOfNetwork() {
      return account.length == 0;
    }

    boolean isOfAllNetworks() {
      return network.equals(ALL_NETWORKS);
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
          row.getString("network"),
          row.getInt("failures"),
          row.getObject("closed_until", OffsetDateTime.class).toInstant(),
          row.getObject("forgotten_at", OffsetDateTime.class).toInstant());
    }
  }
}
