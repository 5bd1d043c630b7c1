package com.ecommerce.user.core.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.internal.db.DatabaseCircuitBreaker;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class HealthTest {
  private static DatabaseCircuitBreaker watch(TestDatabase database) {
    var probe = Health.Probe.of(database.dataSource());
    return new DatabaseCircuitBreaker(
        probe::isWell, false, () -> {}, () -> {}, () -> false, System::nanoTime);
  }

  private static HealthReport check(Health health) throws Exception {
    return health.check().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void check_whoseProbeEndsWithAnError_tellsThatItsComponentIsIll(TestDatabase database)
      throws Exception {
    Health.Probe dying =
        () -> {
          throw new Error("a defect");
        };
    try (var health =
        new Health(Clock.systemUTC(), watch(database)::check, () -> false, Map.of("mail", dying))) {
      var report = check(health);

      assertEquals(HealthReport.Status.DEGRADED, report.status());
      assertEquals(HealthReport.Status.UNHEALTHY, report.components().get("mail"));
      assertEquals(HealthReport.Status.HEALTHY, report.components().get("database"));
    }
  }

  @Test
  void check_ofADatabaseThatRefusesWork_isDegraded(TestDatabase database) throws Exception {
    try (var health =
        new Health(
            Clock.systemUTC(), watch(database)::check, () -> true, Map.of("mail", () -> true))) {
      var report = check(health);

      assertEquals(HealthReport.Status.DEGRADED, report.status());
      assertEquals(
          Map.of("database", HealthReport.Status.DEGRADED, "mail", HealthReport.Status.HEALTHY),
          report.components());
    }
  }

  @Test
  void check_afterTheEnd_failsEachTime(TestDatabase database) {
    var health = new Health(Clock.systemUTC(), watch(database)::check, () -> false, Map.of());
    health.close();

    assertThrows(ExecutionException.class, () -> check(health));
    assertThrows(ExecutionException.class, () -> check(health));
  }
}
