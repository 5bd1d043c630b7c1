package com.ecommerce.user.core.internal.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Workers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FairPoolTest {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);
  private static final List<String> PATH = List.of("kind", "caller");

  private final AtomicLong now = new AtomicLong();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final FairPool pool =
      new FairPool(
          new FairPool.Settings(
              "test",
              1,
              10,
              LONGEST_WAIT,
              kind -> 1,
              FairPool.Bulkheads.NONE,
              UserServiceException::busy),
          now::get,
          waited -> {});

  private Workers.Task work(String name, Runnable run) {
    return new Workers.Task() {
      @Override
      public void run() {
        told.add(name);
        run.run();
      }

      @Override
      public void refuse(Throwable reason) {
        told.add(name + " refused");
      }
    };
  }

  private void occupy() throws InterruptedException {
    pool.begin(
        PATH,
        work(
            "occupied",
            () -> {
              try {
                end.await();
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              }
            }));
    assertTold("occupied");
  }

  private void assertTold(String expected) throws InterruptedException {
    assertEquals(expected, told.poll(30, TimeUnit.SECONDS));
  }

  @AfterEach
  void stop() {
    end.countDown();
    pool.close();
  }

  @Test
  void workThatWaitsTooLong_isRefusedThoughAllThreadsAreStuck() throws Exception {
    occupy();
    pool.begin(PATH, work("late", () -> {}));
    now.addAndGet(LONGEST_WAIT.toNanos() - 1);
    pool.sweep();
    assertTrue(told.isEmpty());
    now.addAndGet(1);

    pool.sweep();

    assertTold("late refused");
    assertEquals(0, pool.waiting());
    assertEquals(1, pool.refused("kind"));
  }

  @Test
  void workThatThrows_losesNoThread() throws Exception {
    occupy();
    pool.begin(
        PATH,
        work(
            "thrower",
            () -> {
              throw new ExpectedError();
            }));
    pool.begin(PATH, work("next", () -> {}));

    end.countDown();

    assertTold("thrower");
    assertTold("next");
    pool.begin(PATH, work("and the next", () -> {}));
    assertTold("and the next");
  }

  /** Has no stack trace, to keep the test's log short. */
  private static final class ExpectedError extends Error {
    private static final long serialVersionUID = 1;

    ExpectedError() {
      super("thrown by the test", null, false, false);
    }
  }

  @Test
  void close_letsWhatWaitsRunAndRefusesTheRest() throws Exception {
    occupy();
    pool.begin(PATH, work("waiting", () -> {}));

    pool.close();
    pool.begin(PATH, work("new", () -> {}));
    assertTold("new refused");
    end.countDown();

    assertTold("waiting");
  }
}
