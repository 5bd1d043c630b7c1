package com.ecommerce.user.server.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory of requests that were received and are not yet answered. A budget may be a part of
 * another, which then counts the same bytes. It counts and never refuses: whoever adds bytes looks
 * afterwards whether there are too many. Thread-safe.
 */
final class ByteBudget {
  private final ByteBudget whole;
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  /** A budget of its own. */
  ByteBudget(long limit) {
    this(limit, null);
  }

  private ByteBudget(long limit, ByteBudget whole) {
    this.limit = limit;
    this.whole = whole;
  }

  /** A budget whose bytes count in this one, too. */
  ByteBudget part(long limit) {
    return new ByteBudget(limit, this);
  }

  /**
   * @param bytes negative when they are free again
   */
  void add(long bytes) {
    held.addAndGet(bytes);
    if (whole != null) {
      whole.add(bytes);
    }
  }

  /** Whether more is held than may be, here or in the whole. */
  boolean isFull() {
    return held.get() > limit || (whole != null && whole.isFull());
  }

  /** Whether so much is held that the last quarter is left, which is for small messages. */
  boolean isThreeQuartersFull() {
    return held.get() > limit / 4 * 3 || (whole != null && whole.isThreeQuartersFull());
  }

  /**
   * Whether so much is held that unfinished messages have no more place. The other half is for
   * messages that are whole, which are answered soon; senders of halves cannot keep them out.
   */
  boolean isHalfFull() {
    return held.get() > limit / 2 || (whole != null && whole.isHalfFull());
  }

  long held() {
    return held.get();
  }
}
