package com.ecommerce.user.core.internal;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that the database is away: every call may find out, and one line in ten seconds says
 * enough. Thread-safe.
 */
final class OutageLog {
  private static final Logger log = LoggerFactory.getLogger(OutageLog.class);
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(10);

  private final LongSupplier nanoTime;
  private final AtomicLong next;
  private final AtomicLong leftOut = new AtomicLong();

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  OutageLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.next = new AtomicLong(nanoTime.getAsLong());
  }

  void tell(SQLException failure) {
    long now = nanoTime.getAsLong();
    long due = next.get();
    if (now - due < 0 || !next.compareAndSet(due, now + PAUSE)) {
      leftOut.incrementAndGet();
      log.debug("The database is unavailable ({})", describe(failure));
      return;
    }
    log.warn(
        "The database is unavailable ({}); {} more calls failed so since the last such line",
        describe(failure),
        leftOut.getAndSet(0));
  }

  /** Without the message, which may name hosts. */
  private static String describe(SQLException failure) {
    return failure.getSQLState() == null
        ? "no connection in time"
        : "SQL state " + failure.getSQLState();
  }
}
