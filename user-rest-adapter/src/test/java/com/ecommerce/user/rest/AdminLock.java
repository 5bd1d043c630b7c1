package com.ecommerce.user.rest;

import com.ecommerce.user.core.internal.db.AdvisoryLock;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;

/** The lock of changes that are about the last or the first admin, held by another transaction. */
final class AdminLock implements AutoCloseable {
  private static final String WAITING =
      """
      select pid from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())
      """;

  private final TestDatabase database;
  private final Connection holder;

  private AdminLock(TestDatabase database, Connection holder) {
    this.database = database;
    this.holder = holder;
  }

  static AdminLock hold(TestDatabase database) throws SQLException {
    var holder = database.dataSource().getConnection();
    holder.setAutoCommit(false);
    try (var statement = holder.createStatement()) {
      statement.execute("select pg_advisory_xact_lock(" + AdvisoryLock.ADMINS.key() + ")");
    }
    return new AdminLock(database, holder);
  }

  /** Releases the lock as soon as this many changes wait for it. */
  void releaseTo(int changes) throws SQLException {
    Await.until(() -> database.query(WAITING).size() >= changes);
    holder.rollback();
  }

  @Override
  public void close() throws SQLException {
    holder.rollback();
    holder.close();
  }
}
