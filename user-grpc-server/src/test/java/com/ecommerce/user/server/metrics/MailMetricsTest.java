package com.ecommerce.user.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class MailMetricsTest {
  @Test
  void look_thatEndsWithAnError_isNotTheLast(TestDatabase database) {
    var broken = new AtomicBoolean();
    InstantSource time =
        () -> {
          if (broken.get()) {
            throw new Error("a defect");
          }
          return Instant.EPOCH;
        };
    var registry = new SimpleMeterRegistry();
    var timer = new ManualTimer();
    try (var pool = database.pool(2);
        var core = UserCore.builder(pool).clock(time.withZone(ZoneOffset.UTC)).build()) {
      core.passwordResets().request(RequestContext.system(), Email.parse("ada@example.com"));
      new MailMetrics(core).bindTo(registry, timer);
      timer.task.run();
      assertEquals(1, waiting(registry));

      broken.set(true);
      timer.task.run();
      assertEquals(Double.NaN, waiting(registry));

      broken.set(false);
      timer.task.run();
      assertEquals(1, waiting(registry));
    } finally {
      timer.shutdownNow();
    }
  }

  private static double waiting(MeterRegistry registry) {
    return registry.get("user.mail.waiting").gauge().value();
  }

  /** A timer that runs nothing by itself. */
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
}
