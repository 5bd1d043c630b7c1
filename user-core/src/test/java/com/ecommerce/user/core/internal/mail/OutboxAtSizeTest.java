package com.ecommerce.user.core.internal.mail;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the plans of queries of an outbox in which many mails wait. */
@ExtendWith(PostgresExtension.class)
class OutboxAtSizeTest {
  @BeforeEach
  void fill(TestDatabase database) {
    database.execute("truncate mail_outbox");
    database.execute(
        """
        insert into mail_outbox (id, kind, recipient, state, created_at, attempts, next_attempt_at)
        select gen_random_uuid(), 'RESET_PASSWORD', n || '@example.com', 'WAITING', now(), 0,
          now() + n * interval '1 second'
        from generate_series(1, 5000) as n
        """);
    database.execute("analyze mail_outbox");
  }

  @Test
  void deleteOpenReset_amongThoseOfManyStrangers_readsItsOwnOnly(TestDatabase database) {
    var sql = MailDao.DELETE_OPEN_RESET.replace(":recipient", "'1@example.com'");

    var plan = database.query("explain " + sql).toString();

    assertTrue(plan.contains("Index Cond: (recipient = '1@example.com'"), plan);
  }

  /** Tests the generic plan, which does not depend on the times. */
  @Test
  void claim_amongManyThatWait_readsTheFirstOnes(TestDatabase database) throws SQLException {
    var numbered = MailDao.CLAIM.replace(":now", "$1").replace(":leaseEnd", "$2");
    var plan = new StringBuilder();

    try (var connection = database.dataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("set plan_cache_mode = force_generic_plan");
      statement.execute("prepare claim (timestamptz, timestamptz) as " + numbered);
      try (var lines =
          statement.executeQuery("explain execute claim (now(), now() + interval '8 minutes')")) {
        while (lines.next()) {
          plan.append(lines.getString(1)).append('\n');
        }
      }
    }

    assertFalse(plan.toString().contains("Seq Scan on mail_outbox"), plan::toString);
    assertTrue(plan.toString().contains("mail_outbox_due"), plan::toString);
  }
}
