package com.ecommerce.user.rest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestDeadlineTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  @Test
  void reason_comesWithTheEnd() {
    var deadline = new RequestDeadline(now::get, timer);
    assertEquals(Optional.empty(), deadline.reason());
    now.addAndGet(RequestDeadline.AFTER.toNanos() - 1);
    assertEquals(Optional.empty(), deadline.reason());
    now.incrementAndGet();
    assertEquals(Optional.of(ErrorReason.DEADLINE_EXCEEDED), deadline.reason());
  }

  @Test
  void action_runsAtTheEndUnlessItIsCalledOff() throws InterruptedException {
    var deadline = new RequestDeadline(now::get, timer);
    var calledOff = new CountDownLatch(1);
    deadline.onCancel(calledOff::countDown).close();
    now.addAndGet(RequestDeadline.AFTER.toNanos());
    var ran = new CountDownLatch(1);
    deadline.onCancel(ran::countDown);
    assertTrue(ran.await(30, TimeUnit.SECONDS));
    assertEquals(1, calledOff.getCount());
  }
}
