package com.ecommerce.user.core.internal.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitedLoggerTest {
  /** The time, which starts close to an overflow of the clock. */
  private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 5);

  private final RateLimitedLogger line = new RateLimitedLogger(Duration.ofNanos(10), time::get);

  @Test
  void line_isDueOnceInAPause() {
    assertEquals(OptionalLong.of(0), line.due());
    assertEquals(OptionalLong.empty(), line.due());
    time.addAndGet(9);
    assertEquals(OptionalLong.empty(), line.due());

    time.addAndGet(1);

    assertEquals(OptionalLong.of(2), line.due());
    time.addAndGet(100);
    assertEquals(OptionalLong.of(0), line.due());
  }
}
