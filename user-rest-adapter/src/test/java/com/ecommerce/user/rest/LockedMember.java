package com.ecommerce.user.rest;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;

/**
 * A user whose row another transaction has locked. Changes of that user wait until it is released.
 */
final class LockedMember implements AutoCloseable {
  private static final String WAITING =
      "select 1 as one from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

  private final TestDatabase database;
  private final RestFixture.Member member;
  private final Connection holder;

  private LockedMember(TestDatabase database, RestFixture.Member member, Connection holder) {
    this.database = database;
    this.member = member;
    this.holder = holder;
  }

  static LockedMember of(TestDatabase database, RestFixture.Member member) throws SQLException {
    var holder = database.dataSource().getConnection();
    holder.setAutoCommit(false);
    try (var statement = holder.prepareStatement("select from users where id = ? for update")) {
      statement.setObject(1, member.user().id().value());
      statement.executeQuery();
    }
    return new LockedMember(database, member, holder);
  }

  /** Starts a change by that user. Returns when it waits in the database or has failed. */
  CompletableFuture<RestClient.Answer> patch(String body) {
    return send("PATCH", "/api/users/me", body);
  }

  /** Does the same with another method and path. */
  CompletableFuture<RestClient.Answer> send(String method, String path, String body) {
    return send(member.client(), method, path, body);
  }

  /** The same by another client. */
  CompletableFuture<RestClient.Answer> send(
      RestClient client, String method, String path, String body) {
    var answer =
        CompletableFuture.supplyAsync(
            () -> client.send(method, path, body), work -> new Thread(work).start());
    Await.until(() -> answer.isDone() || !database.query(WAITING).isEmpty());
    return answer;
  }

  /** Changes that user, and releases the row. */
  void commit(String assignments) throws SQLException {
    String sql = "update users set version = version + 1, " + assignments + " where id = ?";
    try (var statement = holder.prepareStatement(sql)) {
      statement.setObject(1, member.user().id().value());
      statement.executeUpdate();
    }
    holder.commit();
  }

  void release() throws SQLException {
    holder.rollback();
  }

  @Override
  public void close() throws SQLException {
    holder.rollback();
    holder.close();
  }
}
