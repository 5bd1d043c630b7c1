package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(PostgresExtension.class)
@Timeout(60)
class DatabasePoolTest {
  @Test
  void check_ofADatabaseWithoutAFreeConnection_saysSo(TestDatabase database) {
    database.execute("create role crowded login connection limit 0");
    try {
      var url = DatabaseUrl.parse(database.jdbcUrl().replaceFirst("user=[^&]*", "user=crowded"));

      var refused =
          assertThrows(
              StartupException.class, () -> DatabasePool.check(url, Duration.ofSeconds(10)));

      assertTrue(
          refused.getMessage().contains(": no room for another connection (expected: "),
          refused.getMessage());
    } finally {
      database.execute("drop role crowded");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "28P01, user or password refused",
    "3D000, no such database",
    "53300, no room for another connection",
    "57P03, starting or stopping",
    "08001, unreachable",
    ", unreachable",
  })
  void reason_isTrueToTheState(String state, String expected) {
    String reason = DatabasePool.reason(new SQLException("refused", state));

    assertEquals(expected, reason.substring(0, reason.indexOf(" (expected: ")));
  }

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
