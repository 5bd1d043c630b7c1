package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
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
    var clock = new BreakingClock();
    try (var health = new Health(clock, database.dataSource(), Map.of());
        var reporter = new HealthReporter(health, List.of())) {
      reporter.start();
      assertTrue(reporter.isServing());

      assertTrue(clock.looks.await(30, TimeUnit.SECONDS));
    }
  }

  /** Breaks at the second look, the first one of the timer. */
  private static final class BreakingClock extends Clock {
    final CountDownLatch looks = new CountDownLatch(3);

    @Override
    public Instant instant() {
      looks.countDown();
      if (looks.getCount() == 1) {
        throw new Error("a defect");
      }
      return Instant.EPOCH;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
