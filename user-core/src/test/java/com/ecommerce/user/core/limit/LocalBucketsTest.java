package com.ecommerce.user.core.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.MutableClock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LocalBucketsTest {
  private static final BucketKey ADA = new BucketKey("Login", "user:ada");
  private static final BucketKey BOB = new BucketKey("Login", "user:bob");
  private static final Rate RATE = Rate.parse("10/s:3");

  private final MutableClock clock = MutableClock.atNoon();
  private final LocalBuckets buckets = new LocalBuckets(clock);

  private LimitResult consume(BucketKey key) {
    return buckets.tryConsume(key, RATE);
  }

  @Test
  void burst_isGrantedThenOneCallAtATimeComesBack() {
    assertEquals(new LimitResult("Login", RATE, true, 2, 0, 100_000_000), consume(ADA));
    assertEquals(new LimitResult("Login", RATE, true, 1, 0, 200_000_000), consume(ADA));
    assertEquals(new LimitResult("Login", RATE, true, 0, 100_000_000, 300_000_000), consume(ADA));
    var refused = consume(ADA);
    assertEquals(new LimitResult("Login", RATE, false, 0, 100_000_000, 300_000_000), refused);
    assertEquals(Duration.ofMillis(100), refused.retryAfter());

    clock.advance(refused.retryAfter().minusNanos(1));
    assertFalse(consume(ADA).granted(), "a moment too early");
    clock.advance(Duration.ofNanos(1));
    assertTrue(consume(ADA).granted());
    assertFalse(consume(ADA).granted());

    clock.advance(Duration.ofHours(1));
    assertEquals(2, consume(ADA).remaining(), "full, and not fuller");
  }

  @Test
  void buckets_doNotTouchEachOther() {
    for (int i = 0; i < 4; i++) {
      consume(ADA);
    }
    assertTrue(consume(BOB).granted());
    assertTrue(consume(new BucketKey("SearchUsers", "user:ada")).granted());
    assertTrue(buckets.isEmpty(ADA, RATE));
    assertFalse(buckets.isEmpty(BOB, RATE));
    assertFalse(buckets.isEmpty(new BucketKey("Login", "user:unknown"), RATE));
  }

  @Test
  void clockThatIsSetBack_locksNobodyOut() {
    for (int i = 0; i < 4; i++) {
      consume(ADA);
    }
    clock.advance(Duration.ofDays(-1));
    assertTrue(consume(ADA).granted());
  }

  @Test
  void parallelCalls_areGrantedNoMoreThanTheBurst() throws Exception {
    var rate = Rate.parse("1/m:1000");
    var threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Long> calls =
          () ->
              IntStream.range(0, 500).filter(i -> buckets.tryConsume(ADA, rate).granted()).count();
      long granted = 0;
      for (var result : threads.invokeAll(java.util.Collections.nCopies(4, calls))) {
        granted += result.get();
      }
      assertEquals(1000, granted);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void manyNetworks_cannotFillTheMemory() {
    var few = new LocalBuckets(clock, 100);
    for (int i = 0; i < 4; i++) {
      few.tryConsume(ADA, RATE);
    }
    for (int i = 0; i < 10_000; i++) {
      few.tryConsume(new BucketKey("Login", "network:2001:db8:0:" + i + "::/64"), RATE);
      if (i % 10 == 0) {
        assertFalse(few.tryConsume(ADA, RATE).granted(), "a bucket in use is not forgotten");
      }
    }
    assertTrue(few.size() <= 100, "size " + few.size());
  }
}
