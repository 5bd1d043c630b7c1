package com.ecommerce.user.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import com.ecommerce.common.v1.HealthStatus;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.User;
import com.google.protobuf.Empty;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests a database that can be read, but not written. */
@ExtendWith(PostgresExtension.class)
class FullDiskGrpcTest {
  private static final int CALLS = 20;

  @Test
  void writes_areUnavailable_readsGoOn_andOneLineOfTheLogSaysWhy(TestDatabase database) {
    database.execute(
        """
        create function disk_is_full() returns trigger language plpgsql as
        'begin raise exception using errcode = ''disk_full'', message = ''could not extend file''; end'
        """);
    try (var service = TestService.on(database);
        var log = new CapturedLog()) {
      var user = service.create("full-disk@example.com");
      database.execute(
          "create trigger full_disk before update on users execute function disk_is_full()");

      for (int i = 0; i < CALLS; i++) {
        var change =
            TestService.anUpdate(user, User.newBuilder().setFirstName("A" + i), "first_name");
        var refused =
            assertThrows(
                StatusRuntimeException.class, () -> service.users().updateUser(change.build()));

        var failure = Failure.of(refused);
        failure.assertIs(Code.UNAVAILABLE, "DATABASE_UNAVAILABLE");
        assertTrue(failure.retry().isPresent());
      }

      assertEquals("Ada", service.get(user.getId()).getFirstName());
      var health = service.users().healthCheck(Empty.getDefaultInstance());
      assertEquals(HealthStatus.HEALTH_STATUS_DEGRADED, health.getStatus());
      assertEquals(HealthStatus.HEALTH_STATUS_DEGRADED, health.getComponentsOrThrow("database"));
      var lines =
          log.events().stream()
              .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
              .toList();
      assertEquals(1, lines.size(), log.text());
      assertEquals(
          "The database is unavailable (disk full, SQL state 53100); lines left out since the last: 0",
          lines.get(0).getFormattedMessage());
    } finally {
      database.execute("drop function disk_is_full() cascade");
    }
  }
}
