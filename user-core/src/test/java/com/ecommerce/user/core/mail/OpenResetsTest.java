package com.ecommerce.user.core.mail;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class OpenResetsTest {
  @Test
  void deleteOpenReset_amongThoseOfManyStrangers_readsItsOwnOnly(TestDatabase database)
      throws NoSuchMethodException {
    database.execute(
        """
        insert into mail_outbox (id, kind, recipient, state, created_at, attempts, next_attempt_at)
        select gen_random_uuid(), 'RESET_PASSWORD', n || '@example.com', 'WAITING', now(), 0, now()
        from generate_series(1, 5000) as n
        """);
    database.execute("analyze mail_outbox");
    var sql =
        MailDao.class
            .getDeclaredMethod("deleteOpenReset", String.class)
            .getAnnotation(SqlUpdate.class)
            .value();

    var plan = database.query("explain " + sql.replace(":recipient", "'1@example.com'")).toString();

    assertTrue(plan.contains("Index Cond: (recipient = '1@example.com'"), plan);
  }
}
