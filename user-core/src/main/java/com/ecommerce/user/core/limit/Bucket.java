package com.ecommerce.user.core.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket, stored as a single number: the time at which it is full again (the generic cell
 * rate algorithm of ATM, ITU-T I.371). A call postpones this time by the time in which the bucket
 * gains one call. It is refused if an empty bucket would be full before the postponed time.
 * Lock-free.
 *
 * <p>For example, with 10 calls a second and a burst of 50, a call postpones the time by 0.1
 * seconds, and it may be 5 seconds ahead. After 50 calls at once it is, and the next call is
 * possible 0.1 seconds later.
 */
final class Bucket {
  private final AtomicLong fullAt = new AtomicLong(Long.MIN_VALUE);

  /**
   * Takes one call out, if there is one.
   *
   * @param now nanoseconds since the epoch
   */
  LimitResult tryConsume(String limit, Rate rate, long now) {
    long perCall = rate.nanosPerCall();
    long capacity = rate.nanosToFill();
    while (true) {
      long before = fullAt.get();
      long next = since(before, now, capacity) + perCall;
      long missing = next - now;
      if (missing > capacity) {
        return new LimitResult(limit, rate, false, 0, missing - capacity, missing - perCall);
      }
      if (fullAt.compareAndSet(before, next)) {
        long remaining = (capacity - missing) / perCall;
        long toNext = remaining > 0 ? 0 : missing + perCall - capacity;
        return new LimitResult(limit, rate, true, remaining, toNext, missing);
      }
    }
  }

  boolean isEmpty(Rate rate, long now) {
    long capacity = rate.nanosToFill();
    return since(fullAt.get(), now, capacity) + rate.nanosPerCall() - now > capacity;
  }

  /**
   * Returns the time at which the bucket is full again; now, if it is full. A time that is further
   * ahead than possible comes from a clock that was set back, and counts as full.
   */
  private static long since(long fullAt, long now, long capacity) {
    return fullAt < now || fullAt > now + capacity ? now : fullAt;
  }
}
