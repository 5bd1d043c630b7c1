package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class DatabasePoolTest {
  @Test
  void transactions_areReadCommitted_whateverTheDatabaseSays(TestDatabase database)
      throws SQLException {
    String name = database.query("select current_database()").get(0).values().toString();
    database.execute(
        "alter database %s set default_transaction_isolation = 'repeatable read'"
            .formatted(name.substring(1, name.length() - 1)));
    var url = DatabaseUrl.parse(database.jdbcUrl());
    try (var pool = DatabasePool.open(url, "test", 1, DatabasePool.WAIT);
        Connection connection = pool.getConnection()) {
      assertEquals(Connection.TRANSACTION_READ_COMMITTED, connection.getTransactionIsolation());
    }
  }
}
