package com.ecommerce.user.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests commands on a database that no service has set up, such as one that was named by mistake.
 */
@ExtendWith(PostgresExtension.class)
class CommandsWithoutAServiceTest {
  @Test
  void commands_leaveItAlone_untilItIsMigrated(TestDatabase database) {
    database.execute("drop schema public cascade");
    database.execute("create schema public");
    var command = new CommandRun(Map.of("DATABASE_URL", database.jdbcUrl()));

    for (String words :
        List.of("create-admin --email a@example.com", "create-client --name a", "list-clients")) {
      assertEquals(1, command.run("correct horse battery\n", words.split(" ")));
      assertEquals(1, command.errors().size(), command.errors().toString());
      assertTrue(
          command
              .errors()
              .get(0)
              .matches(
                  "--database-url \\(DATABASE_URL\\): .* has no tables of the User Service \\(expected: .*"),
          command.errors().toString());
    }
    assertEquals(0, database.query("select 1 from pg_tables where schemaname = 'public'").size());

    assertEquals(0, command.run("", "migrate"), command.errors().toString());
    assertEquals(0, command.run("", "list-clients"), command.errors().toString());
  }
}
