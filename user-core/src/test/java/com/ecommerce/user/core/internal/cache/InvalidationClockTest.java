package com.ecommerce.user.core.internal.cache;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class InvalidationClockTest {
  private static final UUID ADA = new UUID(1, 1);
  private static final UUID GRACE = new UUID(1, 2);

  private static final int MAX_ROUNDS = 200_000;
  private static final Duration MAX_ROUNDS_TIME = Duration.ofSeconds(10);

  private final InvalidationClock clock = new InvalidationClock();

  @Test
  void entry_isValidUntilItsUserIsInvalidated() {
    long read = clock.now();
    assertTrue(clock.isUnchangedSince(ADA, read));

    clock.invalidate(GRACE);
    assertTrue(clock.isUnchangedSince(ADA, read));

    clock.invalidate(ADA);
    assertFalse(clock.isUnchangedSince(ADA, read));
    assertTrue(clock.isUnchangedSince(ADA, clock.now()));
  }

  @Test
  void entry_ofAReadThatBeganBeforeAChange_isNeverValid() {
    long began = clock.now();
    clock.invalidate(ADA);
    long beganAfter = clock.now();
    clock.invalidate(GRACE);

    assertFalse(clock.isUnchangedSince(ADA, began));
    assertTrue(clock.isUnchangedSince(ADA, beganAfter));
  }

  @Test
  void invalidateAll_invalidatesEveryEntry() {
    long read = clock.now();

    clock.invalidateAll();

    assertFalse(clock.isUnchangedSince(ADA, read));
    assertFalse(clock.isUnchangedSince(GRACE, read));
    assertTrue(clock.isUnchangedSince(ADA, clock.now()));
  }

  @Test
  void invalidateKnown_returnsTheTimeOfAValidEntry() {
    long began = clock.now();
    clock.invalidate(GRACE);

    long change = clock.invalidateKnown(ADA, began).orElseThrow();

    assertFalse(clock.isUnchangedSince(ADA, began));
    assertTrue(clock.isUnchangedSince(ADA, change));
    clock.invalidate(ADA);
    assertFalse(clock.isUnchangedSince(ADA, change));
  }

  @Test
  void invalidateKnown_afterAnotherInvalidation_invalidatesEveryEntry() {
    long began = clock.now();
    clock.invalidate(ADA);
    long between = clock.now();

    assertTrue(clock.invalidateKnown(ADA, began).isEmpty());

    assertFalse(clock.isUnchangedSince(ADA, between));
    assertTrue(clock.isUnchangedSince(ADA, clock.now()));
  }

  @Test
  void invalidateKnown_besideAnInvalidation_leavesNoValidEntry() {
    // On one processor, a round takes as long as two switches between threads.
    long end = System.nanoTime() + MAX_ROUNDS_TIME.toNanos();
    try (var other = new Alternating(() -> clock.invalidate(ADA))) {
      for (int round = 0; round < MAX_ROUNDS && System.nanoTime() < end; round++) {
        long began = clock.now();
        other.begin();
        var change = clock.invalidateKnown(ADA, began);
        other.awaitEnd();
        assertFalse(change.isPresent() && clock.isUnchangedSince(ADA, change.getAsLong()));
      }
    }
  }

  /** Runs an action in a thread of its own, each time that the test requests it. */
  private static final class Alternating implements AutoCloseable {
    private static final int MAX_SPINS = 1_000;

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final Thread thread;
    private volatile boolean closed;

    Alternating(Runnable work) {
      thread =
          new Thread(
              () -> {
                while (!closed) {
                  awaitTrue(() -> closed || ended.get() < begun.get());
                  work.run();
                  ended.incrementAndGet();
                }
              });
      thread.start();
    }

    void begin() {
      begun.incrementAndGet();
    }

    void awaitEnd() {
      awaitTrue(() -> ended.get() >= begun.get());
    }

    /** Yields the processor to the other thread if that does not answer at once. */
    private static void awaitTrue(BooleanSupplier condition) {
      for (int spins = 0; !condition.getAsBoolean(); spins++) {
        if (spins < MAX_SPINS) {
          Thread.onSpinWait();
        } else {
          LockSupport.parkNanos(1);
        }
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void invalidateKnown_afterAGap_invalidatesEveryEntry() {
    long began = clock.now();
    clock.invalidateAll();
    long between = clock.now();

    assertTrue(clock.invalidateKnown(ADA, began).isEmpty());

    assertFalse(clock.isUnchangedSince(ADA, between));
  }
}
