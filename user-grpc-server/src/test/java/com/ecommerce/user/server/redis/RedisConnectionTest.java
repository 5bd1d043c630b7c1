package com.ecommerce.user.server.redis;

import com.ecommerce.user.server.config.RedisUrl;
import com.ecommerce.user.server.testing.Await;
import com.ecommerce.user.server.testing.TestRedis;
import java.nio.file.Path;
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
}
