package com.ecommerce.user.server.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the memory of requests that were received and are not yet answered. A budget may be a part
 * of another one, which then also counts its bytes. It never refuses bytes: callers add them and
 * then check whether there are too many. Thread-safe.
 */
final class ByteBudget {
  private final ByteBudget whole;
  private final long limit;
  private final AtomicLong held = new AtomicLong();

  /** Creates a budget that is not part of another. */
  ByteBudget(long limit) {
    this(limit, null);
  }

  private ByteBudget(long limit, ByteBudget whole) {
    this.limit = limit;
    this.whole = whole;
  }

  /** Returns a budget whose bytes also count in this one. */
  ByteBudget part(long limit) {
    return new ByteBudget(limit, this);
  }

  /**
   * Adds bytes.
   *
   * @param bytes the number of bytes; negative to release bytes
   */
  void add(long bytes) {
    held.addAndGet(bytes);
    if (whole != null) {
      whole.add(bytes);
    }
  }

  /** Returns whether more bytes are held than allowed, here or in the whole budget. */
  boolean isFull() {
    return held.get() > limit || (whole != null && whole.isFull());
  }

  /** Returns whether only the last quarter is left, which is reserved for small messages. */
  boolean isThreeQuartersFull() {
    return held.get() > limit / 4 * 3 || (whole != null && whole.isThreeQuartersFull());
  }

  /**
   * Returns whether there is no more room for unfinished messages. The other half is reserved for
   * complete messages, which are answered soon, so that senders of unfinished messages cannot keep
   * them out.
   */
  boolean isHalfFull() {
    return held.get() > limit / 2 || (whole != null && whole.isHalfFull());
  }

  long held() {
    return held.get();
  }
}
