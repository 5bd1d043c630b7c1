package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.FreePorts;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.testing.HttpProbe;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests a start that has to wait for the migration of its schema. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class LongMigrationTest {
  private static final String WAITING =
      "select 1 as one from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

  @TempDir private Path directory;

  @Test
  void start_whileItMigrates_isAliveAndNotReady(TestDatabase database) throws Exception {
    int port = FreePorts.next();
    var environment =
        Map.of(
            "DATABASE_URL",
            database.jdbcUrl(),
            "DATA_DIR",
            directory.toString(),
            "BIND_ADDRESS",
            "localhost",
            "GRPC_PORT",
            "0",
            "REST_PORT",
            "-1",
            "METRICS_PORT",
            Integer.toString(port));
    var settings = ServerSettings.read(Map.of(), environment);
    try (var other = database.dataSource().getConnection();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table user_schema_history in access exclusive mode");
      var starting =
          CompletableFuture.supplyAsync(
              () ->
                  UserServiceServer.start(
                      settings, new PrintStream(OutputStream.nullOutputStream())));
      Await.until(() -> starting.isDone() || !database.query(WAITING).isEmpty());
      var probe = new HttpProbe(port);

      assertEquals(200, probe.status("/livez"));
      assertEquals(503, probe.status("/readyz"));
      assertFalse(starting.isDone());

      other.rollback();
      try (var started = starting.get(60, TimeUnit.SECONDS)) {
        assertEquals(port, started.metricsPort().orElseThrow());
        assertEquals(200, probe.status("/readyz"));
      }
    }
  }
}
