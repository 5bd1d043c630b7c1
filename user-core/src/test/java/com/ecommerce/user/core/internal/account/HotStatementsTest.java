package com.ecommerce.user.core.internal.account;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.DatabaseSettings;
import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests statements that take less time to run than to plan. */
@ExtendWith(PostgresExtension.class)
class HotStatementsTest {
  private static final RequestContext CALL = RequestContext.system();

  /**
   * The number of executions after which there is a generic plan: five without a prepared
   * statement, five with a plan for each execution.
   */
  private static final int ENOUGH = 12;

  @Test
  void hotStatements_ofFewKeys_arePlannedOnce(TestDatabase database) throws SQLException {
    User ada;
    try (var maker = TestCore.on(database)) {
      ada = maker.core().users().create(CALL, TestUsers.aUser("ada@example.com"));
    }
    try (var pool = aConnection(database);
        var core =
            UserCore.builder(pool)
                .database(DatabaseSettings.DEFAULT.withFeed(pool))
                .cacheBytes(0)
                .passwords(TestCore.CHEAP_PASSWORDS)
                .mailTransport(mail -> {})
                .build()) {
      for (int i = 0; i < ENOUGH; i++) {
        core.users().create(CALL, TestUsers.aUser(i + "@example.com"));
        core.mailDelivery().orElseThrow().sendDue();
        core.users().get(CALL, ada.id());
        core.users().getByEmail(CALL, ada.email());
        var patch = UserPatch.builder().avatarUrl("https://example.com/" + i).build();
        core.users().updateAsync(CALL, ada.id(), patch).toCompletableFuture().join();
      }

      assertPlannedOnce(pool, "select%from users where id = any%");
      assertPlannedOnce(pool, "select%from users where email = any%");
      assertPlannedOnce(pool, "with%update users%");
      assertPlannedOnce(pool, "with%insert into users%");
      assertPlannedOnce(pool, "with%update mail_outbox%");
      assertPlannedOnce(pool, "with%insert into token_digests%");
    }
  }

  /**
   * Returns a pool of one connection, whose planner treats the few rows of a test as if they were
   * many.
   */
  private static HikariDataSource aConnection(TestDatabase database) {
    var config = new HikariConfig();
    config.setDataSource(database.dataSource());
    config.setMaximumPoolSize(1);
    config.setConnectionInitSql("set enable_seqscan = off");
    return new HikariDataSource(config);
  }

  private static void assertPlannedOnce(HikariDataSource pool, String pattern) throws SQLException {
    try (var connection = pool.getConnection();
        var query =
            connection.prepareStatement(
                "select generic_plans from pg_prepared_statements where statement like ?")) {
      query.setString(1, pattern);
      try (var rows = query.executeQuery()) {
        assertTrue(rows.next(), pattern);
        assertTrue(rows.getLong(1) > 0, pattern);
        assertFalse(rows.next(), pattern);
      }
    }
  }
}
