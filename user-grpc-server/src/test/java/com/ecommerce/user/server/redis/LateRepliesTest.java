package com.ecommerce.user.server.redis;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LateRepliesTest {
  private static final Duration TIMEOUT = Duration.ofMillis(10);

  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1);
  private final LateReplies late = new LateReplies(TIMEOUT, nanoTime::get);

  private boolean oneMoreLater() {
    nanoTime.addAndGet(TIMEOUT.toNanos());
    return late.recordAndCheck();
  }

  @Test
  void three_areTooMany() {
    assertFalse(oneMoreLater());
    assertFalse(oneMoreLater());
    assertTrue(oneMoreLater());
    assertTrue(late.recordAndCheck());
  }

  @Test
  void thoseOfOnePause_countOnce() {
    for (int i = 0; i < 10; i++) {
      assertFalse(late.recordAndCheck());
    }
    assertFalse(oneMoreLater());
    nanoTime.addAndGet(TIMEOUT.toNanos() - 1);
    assertFalse(late.recordAndCheck());
  }

  @Test
  void oneInTime_beginsAnew() {
    assertFalse(oneMoreLater());
    assertFalse(oneMoreLater());
    late.reset();
    assertFalse(oneMoreLater());
    assertFalse(oneMoreLater());
    assertTrue(oneMoreLater());
  }
}
