package com.ecommerce.user.core.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HashingLaneTest {
  private final List<Long> waits = new CopyOnWriteArrayList<>();
  private final HashingLane lane = new HashingLane(1, 1, waits::add);
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void stop() {
    end.countDown();
    lane.close();
  }

  /** Occupies the lane until the end. */
  private CompletableFuture<Void> occupy() throws InterruptedException {
    var begun = new CountDownLatch(1);
    CompletableFuture<Void> work =
        lane.<Void>submit(
                () -> {
                  begun.countDown();
                  awaitEnd();
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

  @Test
  void statistics_tellWhatRunsWaitsAndWasRefused() throws Exception {
    occupy();
    var waiting = lane.submit(() -> "done").toCompletableFuture();

    var refused = lane.submit(() -> "never").toCompletableFuture();

    assertEquals(new HashingStatistics(1, 1, 1, 1, 1), lane.statistics());
    var failure = assertThrows(ExecutionException.class, refused::get).getCause();
    assertEquals(ErrorReason.HASHING_BUSY, ((UserServiceException) failure).reason());
    end.countDown();
    assertEquals("done", waiting.get());
  }

  @Test
  void pass_whenTheExecutorTakesNoMore_fails() {
    var passing =
        lane.pass(
                "answer",
                Duration.ofNanos(1),
                task -> {
                  throw new RejectedExecutionException("full");
                })
            .toCompletableFuture();

    var failure = assertThrows(ExecutionException.class, () -> passing.get(30, TimeUnit.SECONDS));
    assertInstanceOf(RejectedExecutionException.class, failure.getCause());
  }

  @Test
  void waits_areToldOfEachPieceThatRuns() throws Exception {
    var first = occupy();
    var second = lane.submit(() -> "done").toCompletableFuture();
    assertEquals(1, waits.size());

    end.countDown();

    first.get();
    second.get();
    assertEquals(2, waits.size());
    assertTrue(waits.stream().allMatch(wait -> wait >= 0), waits.toString());
  }
}
