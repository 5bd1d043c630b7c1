package com.ecommerce.user.core.internal.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.credential.HashingStatistics;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.credential.HashingPool.Part;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests a pool of one thread with a clock that stands still, in which each hash takes the given
 * time.
 */
@Timeout(60)
class HashingPoolTest {
  private static final Duration TENTH = Duration.ofMillis(100);
  private static final RequestContext ADA = from("203.0.113.7/32");
  private static final RequestContext BOB = from("198.51.100.7/32");

  private final AtomicLong now = new AtomicLong();
  private final List<Long> waits = new CopyOnWriteArrayList<>();
  private final List<String> order = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private HashingPool pool = pool(100, TENTH);

  private HashingPool pool(int places, Duration timePerHash) {
    return new HashingPool(1, places, timePerHash, now::get, waits::add);
  }

  private static RequestContext from(String network) {
    return new RequestContext(new Actor("tester"), network, Cancellation.NEVER);
  }

  @AfterEach
  void stop() {
    end.countDown();
    pool.close();
  }

  /** Occupies the pool until the end of the test. */
  private CompletableFuture<Void> occupy() throws InterruptedException {
    var begun = new CountDownLatch(1);
    CompletableFuture<Void> work =
        pool.<Void>submit(
                ADA,
                Part.OTHER,
                () -> {
                  begun.countDown();
                  awaitEnd();
                  now.addAndGet(TENTH.toNanos());
                  return null;
                })
            .toCompletableFuture();
    begun.await();
    return work;
  }

  private void awaitEnd() {
    try {
      end.await();
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private CompletableFuture<Boolean> hash(RequestContext call, Part part, String name) {
    return pool.submit(
            call,
            part,
            () -> {
              now.addAndGet(TENTH.toNanos());
              return order.add(name);
            })
        .toCompletableFuture();
  }

  private List<CompletableFuture<Boolean>> hashes(
      int count, RequestContext call, Part part, String name) {
    List<CompletableFuture<Boolean>> hashes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      hashes.add(hash(call, part, name));
    }
    return hashes;
  }

  private static boolean isRefused(CompletableFuture<?> hash) {
    if (!hash.isCompletedExceptionally()) {
      return false;
    }
    var failure = assertThrows(CompletionException.class, hash::join).getCause();
    var refused = assertInstanceOf(UserServiceException.class, failure);
    assertEquals(ErrorReason.HASHING_BUSY, refused.reason());
    assertTrue(refused.retryAfter().orElseThrow().toMillis() > 0);
    return true;
  }

  private static long refused(List<CompletableFuture<Boolean>> hashes) {
    return hashes.stream().filter(HashingPoolTest::isRefused).count();
  }

  private void finish(List<CompletableFuture<Boolean>> hashes) throws Exception {
    end.countDown();
    for (var hash : hashes) {
      hash.handle((done, failure) -> done).get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void statistics_tellWhatRunsWaitsAndWasRefused() throws Exception {
    pool = pool(1, TENTH);
    occupy();
    var waiting = hash(ADA, Part.OTHER, "waiting");

    var refused = hash(ADA, Part.OTHER, "refused");

    assertEquals(new HashingStatistics(1, 1, 1, 1, 1), pool.statistics());
    assertTrue(isRefused(refused));
    end.countDown();
    assertTrue(waiting.get());
  }

  @Test
  void flood_isRefusedAtOnceBeyondWhatCanBeginInTime() throws Exception {
    occupy();

    var flood = hashes(150, ADA, Part.OTHER, "flood");

    // Half of the running hash and 19 waiting ones take 1.95 s; with 20 it would be 2.05 s.
    assertEquals(150 - 20, refused(flood));
    assertEquals(20, pool.statistics().capacity());
    finish(flood);
  }

  @Test
  void otherNetwork_waitsForOneHashOfTheFlood() throws Exception {
    occupy();
    var all = hashes(150, ADA, Part.OTHER, "flood");

    var honest = hashes(3, BOB, Part.OTHER, "honest");

    assertEquals(0, refused(honest));
    all.addAll(honest);
    finish(all);
    assertEquals(
        List.of("flood", "honest", "flood", "honest", "flood", "honest"), order.subList(0, 6));
  }

  @Test
  void logins_goBeforeAFloodOfRegistrationsOfTheSameNetwork() throws Exception {
    occupy();
    var all = hashes(150, ADA, Part.OTHER, "flood");

    var logins = hashes(12, ADA, Part.LOGIN, "login");

    assertEquals(0, refused(logins));
    all.addAll(logins);
    finish(all);
    // One registration of eight hashes, so that neither kind keeps out the other.
    assertEquals(2, order.subList(0, 14).stream().filter("flood"::equals).count());
    assertEquals(12, order.subList(0, 14).stream().filter("login"::equals).count());
  }

  @Test
  void registrations_haveTheirTurnsInAFloodOfLogins() throws Exception {
    occupy();
    var all = hashes(150, ADA, Part.LOGIN, "flood");

    var registration = hash(BOB, Part.OTHER, "registration");

    assertFalse(isRefused(registration));
    all.add(registration);
    finish(all);
    assertEquals(7, order.indexOf("registration"));
  }

  @Test
  void passwordThatIsOvertakenByOthers_isRefusedWhenItsTimeIsOver() throws Exception {
    occupy();
    var last = hashes(20, ADA, Part.OTHER, "first");
    assertEquals(0, refused(last));
    List<CompletableFuture<Boolean>> newcomers = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      newcomers.add(hash(from("192.0.2." + i + "/32"), Part.OTHER, "newcomer"));
    }

    finish(newcomers);
    finish(last);

    assertEquals(0, refused(newcomers), "each waits for one of every other network");
    long served = order.stream().filter("first"::equals).count();
    assertEquals(20 - served, refused(last));
    // 2 s after they arrived. One hash was running already, so at most 20 of all began.
    assertEquals(19, order.size());
    assertEquals(20 - served, pool.statistics().rejected());
  }

  @Test
  void places_followTheTimeThatHashesTake() throws Exception {
    assertEquals(20, pool.statistics().capacity());
    for (int i = 0; i < 50; i++) {
      pool.submit(ADA, Part.LOGIN, () -> now.addAndGet(Duration.ofMillis(400).toNanos()))
          .toCompletableFuture()
          .get();
    }
    assertEquals(5, pool.statistics().capacity());
    for (int i = 0; i < 100; i++) {
      pool.submit(ADA, Part.LOGIN, () -> now.addAndGet(1_000)).toCompletableFuture().get();
    }
    assertEquals(100, pool.statistics().capacity(), "never more than there are");
  }

  @Test
  void pass_whenTheExecutorTakesNoMore_fails() {
    var passing =
        pool.pass(
                ADA,
                Part.LOGIN,
                "answer",
                Duration.ofNanos(1),
                Workers.on(
                    task -> {
                      throw new RejectedExecutionException("full");
                    }))
            .toCompletableFuture();

    var failure = assertThrows(ExecutionException.class, () -> passing.get(30, TimeUnit.SECONDS));
    assertInstanceOf(RejectedExecutionException.class, failure.getCause());
  }

  @Test
  void pass_isRefusedWhenAHashWouldBe() throws Exception {
    occupy();
    var flood = hashes(20, ADA, Part.LOGIN, "flood");

    var own =
        pool.pass(ADA, Part.LOGIN, "answer", Duration.ofNanos(1), Workers.on(Runnable::run))
            .toCompletableFuture();
    var others =
        pool.pass(BOB, Part.LOGIN, "answer", Duration.ofNanos(1), Workers.on(Runnable::run))
            .toCompletableFuture();

    assertTrue(isRefused(own));
    assertEquals("answer", others.get(30, TimeUnit.SECONDS));
    finish(flood);
  }

  @Test
  void waits_areToldOfEachPieceThatRuns() throws Exception {
    var first = occupy();
    var second = hash(ADA, Part.OTHER, "second");
    assertEquals(List.of(0L), waits);

    end.countDown();

    first.get();
    second.get();
    assertEquals(List.of(0L, TENTH.toNanos()), waits);
  }
}
