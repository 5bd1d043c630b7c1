package com.ecommerce.user.core.internal.cache;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InvalidationClockTest {
  private static final UUID ADA = new UUID(1, 1);
  private static final UUID GRACE = new UUID(1, 2);

  private final InvalidationClock marks = new InvalidationClock();

  @Test
  void copy_isGoodUntilItsUserIsMarked() {
    long read = marks.now();
    assertTrue(marks.isUnchangedSince(ADA, read));

    marks.mark(GRACE);
    assertTrue(marks.isUnchangedSince(ADA, read));

    marks.mark(ADA);
    assertFalse(marks.isUnchangedSince(ADA, read));
    assertTrue(marks.isUnchangedSince(ADA, marks.now()));
  }

  @Test
  void copy_ofAReadThatBeganBeforeAChange_isNeverGood() {
    long began = marks.now();
    marks.mark(ADA);
    long beganAfter = marks.now();
    marks.mark(GRACE);

    assertFalse(marks.isUnchangedSince(ADA, began));
    assertTrue(marks.isUnchangedSince(ADA, beganAfter));
  }

  @Test
  void markAll_voidsEveryCopy() {
    long read = marks.now();

    marks.markAll();

    assertFalse(marks.isUnchangedSince(ADA, read));
    assertFalse(marks.isUnchangedSince(GRACE, read));
    assertTrue(marks.isUnchangedSince(ADA, marks.now()));
  }

  @Test
  void markKnown_givesTheTimeOfACopyThatIsGood() {
    long began = marks.now();
    marks.mark(GRACE);

    long change = marks.markKnown(ADA, began).orElseThrow();

    assertFalse(marks.isUnchangedSince(ADA, began));
    assertTrue(marks.isUnchangedSince(ADA, change));
    marks.mark(ADA);
    assertFalse(marks.isUnchangedSince(ADA, change));
  }

  @Test
  void markKnown_afterAnotherMark_voidsEveryCopy() {
    long began = marks.now();
    marks.mark(ADA);
    long between = marks.now();

    assertTrue(marks.markKnown(ADA, began).isEmpty());

    assertFalse(marks.isUnchangedSince(ADA, between));
    assertTrue(marks.isUnchangedSince(ADA, marks.now()));
  }

  @Test
  void markKnown_besideAMark_leavesNoCopyThatIsGood() {
    try (var other = new Alternating(() -> marks.mark(ADA))) {
      for (int round = 0; round < 200_000; round++) {
        long began = marks.now();
        other.begin();
        var change = marks.markKnown(ADA, began);
        other.awaitEnd();
        assertFalse(change.isPresent() && marks.isUnchangedSince(ADA, change.getAsLong()));
      }
    }
  }

  /** Runs something in a thread of its own, as often as it is told to and at that very moment. */
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
  void markKnown_afterAGap_voidsEveryCopy() {
    long began = marks.now();
    marks.markAll();
    long between = marks.now();

    assertTrue(marks.markKnown(ADA, began).isEmpty());

    assertFalse(marks.isUnchangedSince(ADA, between));
  }
}
