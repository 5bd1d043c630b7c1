package com.ecommerce.user.core.internal;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells that the database is away: every call may find out, and one line in ten seconds says
 * enough. Thread-safe.
 */
final class OutageLog {
  private static final Logger log = LoggerFactory.getLogger(OutageLog.class);

  private final RareLine line;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  OutageLog(LongSupplier nanoTime) {
    line = new RareLine(Duration.ofSeconds(10), nanoTime);
  }

  void tell(Outage outage, SQLException failure) {
    line.due()
        .ifPresentOrElse(
            leftOut ->
                log.warn(
                    "The database is unavailable ({}); lines left out since the last: {}",
                    describe(outage, failure),
                    leftOut),
            () -> log.debug("The database is unavailable ({})", describe(outage, failure)));
  }

  /** Describes a failure without its message, which may contain hosts and values of rows. */
  private static String describe(Outage outage, SQLException failure) {
    return failure.getSQLState() == null
        ? outage.words()
        : outage.words() + ", SQL state " + failure.getSQLState();
  }
}
