package com.ecommerce.user.core.internal.cache;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InvalidationClockTest {
  private static final UUID ADA = new UUID(1, 1);
  private static final UUID GRACE = new UUID(1, 2);

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
    try (var other = new Alternating(() -> clock.invalidate(ADA))) {
      for (int round = 0; round < 200_000; round++) {
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
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final Thread thread;
    private volatile boolean closed;

    Alternating(Runnable work) {
      thread =
          new Thread(
              () -> {
                while (!closed) {
                  if (ended.get() < begun.get()) {
                    work.run();
                    ended.incrementAndGet();
                  }
                  Thread.onSpinWait();
                }
              });
      thread.start();
    }

    void begin() {
      begun.incrementAndGet();
    }

    void awaitEnd() {
      while (ended.get() < begun.get()) {
        Thread.onSpinWait();
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
