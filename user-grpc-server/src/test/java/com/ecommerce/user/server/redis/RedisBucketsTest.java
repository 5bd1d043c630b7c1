package com.ecommerce.user.server.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.limit.BucketKey;
import com.ecommerce.user.core.limit.BucketLimit;
import com.ecommerce.user.core.limit.LimitResult;
import com.ecommerce.user.core.limit.LocalBuckets;
import com.ecommerce.user.core.limit.Rate;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.server.config.RedisUrl;
import com.ecommerce.user.server.testing.TestRedis;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests two instances on one Redis. The rates are so low that buckets do not refill meanwhile. */
@Timeout(60)
class RedisBucketsTest {
  private static final BucketLimit CALLER = bucket("caller", "user:ada", 3);
  private static final BucketLimit NETWORK = bucket("caller", "users:192.0.2.1/32", 30);
  private static final BucketLimit METHOD = bucket("GetUser", "user:ada", 2);

  /** The calls that this process decided, since Redis did not answer in time. */
  private final AtomicInteger late = new AtomicInteger();

  private TestRedis redis;
  private List<RedisConnection> connections;
  private RedisBuckets one;
  private RedisBuckets other;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    redis = new TestRedis(directory);
    connections = Stream.generate(() -> connection(redis)).limit(2).toList();
    one = buckets(connections.get(0));
    other = buckets(connections.get(1));
  }

  private static RedisConnection connection(TestRedis redis) {
    var connection = new RedisConnection(RedisUrl.parse(redis.url()), System::nanoTime);
    connection.start();
    return connection;
  }

  /** Refuses what Redis does not decide, so that it can never be granted in excess. */
  private RedisBuckets buckets(RedisConnection connection) {
    return new RedisBuckets(
        connection,
        buckets -> {
          late.incrementAndGet();
          var first = buckets.get(0);
          return CompletableFuture.completedFuture(
              List.of(new LimitResult(first.key().limit(), first.rate(), false, 0, 1, 1)));
        });
  }

  @AfterEach
  void stop() {
    connections.forEach(RedisConnection::close);
    redis.close();
  }

  private static BucketLimit bucket(String limit, String caller, int burst) {
    return new BucketLimit(new BucketKey(limit, caller), Rate.parse("1/m:" + burst));
  }

  private static List<LimitResult> consume(RedisBuckets buckets, BucketLimit... limits)
      throws Exception {
    return buckets.tryConsume(List.of(limits)).toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static List<Long> remaining(List<LimitResult> results) {
    return results.stream().map(LimitResult::remaining).toList();
  }

  @Test
  void call_asksOnceForAllItsBuckets_andNothingInAdvance() throws Exception {
    int calls = 100;
    var large = bucket("SearchUsers", "user:ada", 1_000);
    var shared = bucket("SearchUsers", "network:192.0.2.1/32", 1_000);
    long before = redis.commandsRun("evalsha");

    for (int i = 1; i <= calls; i++) {
      assertEquals(List.of(1_000L - i, 1_000L - i), remaining(consume(one, large, shared)));
    }

    long asked = redis.commandsRun("evalsha") - before;
    // The connection also probes Redis twice a second.
    assertTrue(asked >= calls && asked < 2 * calls, "asked " + asked);
    assertEquals(List.of(1_000L - calls - 1), remaining(consume(other, large)));
  }

  @Test
  void buckets_areTakenFromInOrder_upToTheFirstThatIsEmpty() throws Exception {
    assertEquals(List.of(2L, 29L, 1L), remaining(consume(one, CALLER, NETWORK, METHOD)));
    assertEquals(List.of(1L, 28L, 0L), remaining(consume(other, CALLER, NETWORK, METHOD)));

    var refusedByMethod = consume(one, CALLER, NETWORK, METHOD);
    assertEquals(List.of(0L, 27L, 0L), remaining(refusedByMethod));
    assertEquals(
        List.of(true, true, false), refusedByMethod.stream().map(LimitResult::granted).toList());
    assertEquals(METHOD.rate(), refusedByMethod.get(2).rate());
    assertTrue(refusedByMethod.get(2).retryAfter().toSeconds() >= 50, refusedByMethod.toString());

    var refusedByCaller = consume(other, CALLER, NETWORK, METHOD);
    assertEquals(1, refusedByCaller.size());
    assertFalse(refusedByCaller.get(0).granted());
    assertEquals(List.of(26L), remaining(consume(one, NETWORK)));
  }

  @Test
  void results_areThoseOfBucketsInTheProcess() throws Exception {
    var local = new LocalBuckets(MutableClock.atNoon());
    for (int i = 0; i < 5; i++) {
      var expected = local.tryConsume(List.of(CALLER, NETWORK, METHOD)).join();
      var results = consume(one, CALLER, NETWORK, METHOD);

      assertEquals(remaining(expected), remaining(results));
      for (int j = 0; j < results.size(); j++) {
        assertEquals(expected.get(j).limit(), results.get(j).limit());
        assertEquals(expected.get(j).granted(), results.get(j).granted());
        assertNear(expected.get(j).nanosToNext(), results.get(j).nanosToNext());
        assertNear(expected.get(j).nanosToFull(), results.get(j).nanosToFull());
      }
    }
  }

  /** The clock of the local buckets stands still. */
  private static void assertNear(long expected, long nanos) {
    assertTrue(
        nanos <= expected + 1_000_000 && nanos >= expected - TimeUnit.SECONDS.toNanos(30),
        expected + " " + nanos);
  }

  @Test
  void instances_neverGrantMoreThanTheBurst_together() throws Exception {
    int burst = 200;
    var shared = bucket("Login", "network:192.0.2.1/32", burst);
    List<CompletableFuture<List<LimitResult>>> results = new ArrayList<>();
    for (int i = 0; i < burst; i++) {
      results.add(one.tryConsume(List.of(shared)).toCompletableFuture());
      results.add(other.tryConsume(List.of(shared)).toCompletableFuture());
    }

    int granted = 0;
    for (var result : results) {
      granted += result.get(30, TimeUnit.SECONDS).get(0).granted() ? 1 : 0;
    }

    assertTrue(granted <= burst && granted + late.get() >= burst, granted + ", late: " + late);
  }
}
