package com.ecommerce.user.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class MailMetricsTest {
  @Test
  void look_thatEndsWithAnError_isNotTheLast(TestDatabase database) {
    var clock = new BreakableClock();
    var registry = new SimpleMeterRegistry();
    var timer = new ManualTimer();
    try (var pool = database.pool(2);
        var core = UserCore.builder(pool).clock(clock).build()) {
      core.passwordResets().request(Call.system(), Email.parse("ada@example.com"));
      new MailMetrics(core).bindTo(registry, timer);
      timer.task.run();
      assertEquals(1, waiting(registry));

      clock.broken = true;
      timer.task.run();
      assertEquals(Double.NaN, waiting(registry));

      clock.broken = false;
      timer.task.run();
      assertEquals(1, waiting(registry));
    } finally {
      timer.shutdownNow();
    }
  }

  private static double waiting(MeterRegistry registry) {
    return registry.get("user.mail.waiting").gauge().value();
  }

  /** Runs nothing itself. */
  private static final class ManualTimer extends ScheduledThreadPoolExecutor {
    Runnable task;

    ManualTimer() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable command, long initialDelay, long delay, TimeUnit unit) {
      task = command;
      return null;
    }
  }

  private static final class BreakableClock extends Clock {
    boolean broken;

    @Override
    public Instant instant() {
      if (broken) {
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
