package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.internal.db.DatabaseCircuitBreaker;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HealthReporterTest {
  @Test
  void look_thatEndsWithAnError_isNotTheLast(TestDatabase database) throws InterruptedException {
    var looks = new CountDownLatch(3);
    // It fails at the second check, which is the first one of the timer.
    InstantSource time =
        () -> {
          looks.countDown();
          if (looks.getCount() == 1) {
            throw new Error("a defect");
          }
          return Instant.EPOCH;
        };
    var probe = Health.Probe.of(database.dataSource());
    try (var watch =
            new DatabaseCircuitBreaker(
                probe::isWell, false, () -> {}, () -> {}, () -> false, System::nanoTime);
        var health =
            new Health(time.withZone(ZoneOffset.UTC), watch::check, () -> false, Map.of());
        var reporter = new HealthReporter(health, List.of())) {
      reporter.start();
      assertTrue(reporter.isServing());

      assertTrue(looks.await(30, TimeUnit.SECONDS));
    }
  }
}
