package com.ecommerce.user.server.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.limit.BucketKey;
import com.ecommerce.user.core.limit.LimitResult;
import com.ecommerce.user.core.limit.LocalBuckets;
import com.ecommerce.user.core.limit.Rate;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.server.config.RedisUrl;
import com.ecommerce.user.server.testing.TestRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests two instances on one Redis. The rate is so low that buckets do not refill during a test.
 */
@Timeout(60)
class RedisBucketsTest {
  private static final BucketKey KEY = new BucketKey("GetUser", "network:192.0.2.1/32");
  private static final int BURST = 1_000;
  private static final int IN_ADVANCE = 20;
  private static final Rate RATE = Rate.parse("1/m:" + BURST);

  private final AtomicLong nanoTime = new AtomicLong();
  private TestRedis redis;
  private RedisConnection connection;
  private RedisBuckets one;
  private RedisBuckets other;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    redis = new TestRedis(directory);
    connection = new RedisConnection(RedisUrl.parse(redis.url()), System::nanoTime);
    connection.start();
    one = buckets();
    other = buckets();
  }

  private RedisBuckets buckets() {
    return new RedisBuckets(
        connection, new LocalBuckets(MutableClock.atNoon()), nanoTime::incrementAndGet);
  }

  @AfterEach
  void stop() {
    connection.close();
    redis.close();
  }

  private static LimitResult take(RedisBuckets buckets) throws Exception {
    return buckets.take(KEY, RATE).toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static int granted(RedisBuckets buckets, int calls) throws Exception {
    int granted = 0;
    for (int i = 0; i < calls; i++) {
      granted += take(buckets).granted() ? 1 : 0;
    }
    return granted;
  }

  @Test
  void take_asksOnceForManyCalls() throws Exception {
    long before = redis.commandsRun("evalsha");

    assertEquals(BURST / 2, granted(one, BURST / 2));

    long asked = redis.commandsRun("evalsha") - before;
    assertTrue(asked < BURST / 10, "asked " + asked);
  }

  @Test
  void take_inAdvanceCountsUntilTheCallsHaveComeBack() throws Exception {
    assertEquals(BURST - 1, take(one).remaining());
    nanoTime.addAndGet(Duration.ofMinutes(IN_ADVANCE / 2).toNanos());

    // The other instance can now take the tokens that were refilled, half of which are in Redis.
    assertEquals(BURST - IN_ADVANCE, granted(other, BURST));
    assertEquals(IN_ADVANCE / 2 - 1, granted(one, BURST));
  }

  @Test
  void together_neverGrantMoreThanTheBurstHowLongSomethingIsInHand() throws Exception {
    assertTrue(take(one).granted());
    nanoTime.addAndGet(Duration.ofMinutes(IN_ADVANCE).toNanos());
    redis.forgetEverything();

    assertEquals(BURST, granted(other, BURST));
    assertEquals(0, granted(one, BURST));
  }
}
