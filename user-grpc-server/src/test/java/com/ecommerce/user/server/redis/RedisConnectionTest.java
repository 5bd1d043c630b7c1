package com.ecommerce.user.server.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.server.config.RedisUrl;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.TestRedis;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RedisConnectionTest {
  @Test
  void look_thatEndsWithAnError_doesNotEndTheWatch(@TempDir Path directory) throws Exception {
    var times = new AtomicInteger();
    try (var redis = new TestRedis(directory);
        var connection =
            new RedisConnection(
                RedisUrl.parse(redis.url()),
                () -> {
                  if (times.incrementAndGet() == 3) {
                    throw new Error("in the second look");
                  }
                  return System.nanoTime();
                })) {
      connection.start();

      Await.until(() -> times.get() > 6 && connection.isWell());
    }
  }

  @Test
  void close_duringACheck_waitsForItAndLogsNothing(@TempDir Path directory) throws Exception {
    var checking = new CountDownLatch(1);
    var checked = new CountDownLatch(1);
    var times = new AtomicInteger();
    try (var redis = new TestRedis(directory);
        var log = new CapturedLog()) {
      var connection =
          new RedisConnection(
              RedisUrl.parse(redis.url()),
              () -> {
                if (times.incrementAndGet() == 3) {
                  checking.countDown();
                  awaitUninterruptibly(checked);
                }
                return System.nanoTime();
              });
      connection.start();
      checking.await();
      int lines = log.events().size();
      var closing = new Thread(connection::close);
      closing.start();
      Await.until(() -> closing.getState() == Thread.State.TIMED_WAITING);
      redis.close();

      checked.countDown();
      closing.join();

      assertEquals(lines, log.events().size(), log::text);
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException again) {
        // The check continues, like one that is not waiting.
      }
    }
  }
}
