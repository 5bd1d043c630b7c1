package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.internal.db.Purge;
import com.ecommerce.user.core.internal.db.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * The rows of a client network have an empty account; those of an account over all networks have
 * the network {@value #ALL_NETWORKS}. Rows are locked in the order of their key: the client network
 * first, then the account over all networks, then the account at a network.
 */
final class LoginThrottleDao {
  /** The network of counts over all networks. Sorts before every network. */
  static final String ALL_NETWORKS = "*";

  private final Handle tx;

  LoginThrottleDao(Handle tx) {
    this.tx = tx;
  }

  /** Inserts missing rows and locks all of them, so that a purge cannot delete them. */
  void insertMissing(byte[] account, String network, Instant now) {
    tx.createUpdate(
            """
            insert into password_guesses (account, network, failures, closed_until, forgotten_at)
            values (''::bytea, :network, 0, :now, :now), (:account, '*', 0, :now, :now),
              (:account, :network, 0, :now, :now)
            on conflict (account, network) do update set network = excluded.network
            """)
        .bind("account", account)
        .bind("network", network)
        .bind("now", now)
        .execute();
  }

  List<Count> find(byte[] account, String network) {
    return find(account, network, "");
  }

  List<Count> findForUpdate(byte[] account, String network) {
    return find(account, network, "order by account, network collate \"C\" for update");
  }

  private List<Count> find(byte[] account, String network, String locking) {
    return tx.createQuery(
            """
            select account, network, failures, closed_until, forgotten_at from password_guesses
            where (account, network) in ((''::bytea, :network), (:account, '*'), (:account, :network))
            """
                + locking)
        .bind("account", account)
        .bind("network", network)
        .map(LoginThrottleDao::count)
        .list();
  }

  /**
   * Takes the network's turn for a check, if it is due.
   *
   * @param next the time of the next turn
   * @return 1, or 0 if no turn is due
   */
  int takeTurn(String network, Instant now, Instant next) {
    return tx.createUpdate(
            """
            update password_guesses set closed_until = :next
            where account = ''::bytea and network = :network and closed_until <= :now
            """)
        .bind("network", network)
        .bind("now", now)
        .bind("next", next)
        .execute();
  }

  void update(
      byte[] account, String network, int failures, Instant closedUntil, Instant forgottenAt) {
    tx.createUpdate(
            """
            update password_guesses set failures = :failures, closed_until = :closedUntil, forgotten_at = :forgottenAt
            where account = :account and network = :network
            """)
        .bind("account", account)
        .bind("network", network)
        .bind("failures", failures)
        .bind("closedUntil", closedUntil)
        .bind("forgottenAt", forgottenAt)
        .execute();
  }

  /** Sets a count, and keeps the time until which attempts are refused. */
  void count(byte[] account, String network, int failures, Instant forgottenAt) {
    tx.createUpdate(
            """
            update password_guesses set failures = :failures, forgotten_at = :forgottenAt
            where account = :account and network = :network
            """)
        .bind("account", account)
        .bind("network", network)
        .bind("failures", failures)
        .bind("forgottenAt", forgottenAt)
        .execute();
  }

  void delete(byte[] account, String network) {
    tx.createUpdate("delete from password_guesses where account = :account and network = :network")
        .bind("account", account)
        .bind("network", network)
        .execute();
  }

  /** Locks the rows in the same order as checks. */
  void deleteAll(byte[] account) {
    tx.createUpdate(
            """
            with locked as materialized (
              select account, network from password_guesses where account = :account
              order by account, network collate "C" for update)
            delete from password_guesses using locked
            where password_guesses.account = locked.account and password_guesses.network = locked.network
            """)
        .bind("account", account)
        .execute();
  }

  int deleteForgotten(Instant now, int limit) {
    return Purge.delete(
        tx,
        "password_guesses",
        "account, network",
        "forgotten_at <= :time order by forgotten_at",
        now,
        limit);
  }

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

  private static Count count(ResultSet row, StatementContext context) throws SQLException {
    return new Count(
        row.getBytes("account"),
        row.getString("network"),
        row.getInt("failures"),
        Rows.instant(row, "closed_until"),
        Rows.instant(row, "forgotten_at"));
  }
}
