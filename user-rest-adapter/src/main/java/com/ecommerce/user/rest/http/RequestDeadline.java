package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.request.Cancellation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Cancels a request after a fixed time. HTTP clients send no deadline, and a client that has
 * disconnected is only noticed when the response is written. Thread-safe.
 */
final class RequestDeadline implements Cancellation {
  static final Duration AFTER = Duration.ofSeconds(30);

  private final LongSupplier nanoTime;
  private final long end;
  private final ScheduledExecutorService timer;

  /**
   * @param timer runs the actions that stop the work of cancelled requests
   */
  RequestDeadline(LongSupplier nanoTime, ScheduledExecutorService timer) {
    this.nanoTime = nanoTime;
    this.end = nanoTime.getAsLong() + AFTER.toNanos();
    this.timer = timer;
  }

  @Override
  public Optional<ErrorReason> reason() {
    return remaining() > 0 ? Optional.empty() : Optional.of(ErrorReason.DEADLINE_EXCEEDED);
  }

  @Override
  public Registration onCancel(Runnable action) {
    var scheduled = timer.schedule(action, Math.max(0, remaining()), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  private long remaining() {
    return end - nanoTime.getAsLong();
  }
}
