package com.ecommerce.user.core.internal;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/**
 * Writes the log lines about a database that is unavailable: one when it goes away and one when it
 * is back, however many calls and background tasks notice it. Refusals of a database that answers
 * are one line in ten seconds. Thread-safe.
 */
final class OutageLog {
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** The time after an outage in which calls may still notice that they lost their connection. */
  private static final Duration AFTERMATH = Duration.ofSeconds(10);

  private final Logger log;
  private final LongSupplier nanoTime;
  private final RareLine refusals;
  private final RareLine losses;

  /** The transactions that failed, or were not tried, since the last line that has their number. */
  private final LongAdder failed = new LongAdder();

  private volatile String lastLoss = "";

  /** Guarded by this, as are all fields below. */
  private boolean isAway;

  private boolean isSaid;
  private String reason = "";
  private long awaySince;
  private long backSince;
  private long nextLine;
  private int briefOutages;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  OutageLog(LongSupplier nanoTime) {
    this(nanoTime, LoggerFactory.getLogger(OutageLog.class));
  }

  private OutageLog(LongSupplier nanoTime, Logger log) {
    this.log = log;
    this.nanoTime = nanoTime;
    refusals = new RareLine(PAUSE, nanoTime);
    losses = new RareLine(PAUSE, nanoTime);
    nextLine = nanoTime.getAsLong();
    backSince = nextLine - AFTERMATH.toNanos();
  }

  /** Returns a log that writes nothing, for a database whose failures are reported elsewhere. */
  static OutageLog silent(LongSupplier nanoTime) {
    return new OutageLog(nanoTime, NOPLogger.NOP_LOGGER);
  }

  /** Reports that the database refused a statement. */
  void refused(Outage outage, SQLException failure) {
    refusals
        .due()
        .ifPresentOrElse(
            leftOut ->
                log.warn(
                    "The database is unavailable ({}); lines left out since the last: {}",
                    describe(outage, failure),
                    leftOut),
            () -> log.debug("The database is unavailable ({})", describe(outage, failure)));
  }

  /** Describes a failure without its message, which may contain hosts and values of rows. */
  static String describe(Outage outage, SQLException failure) {
    return failure.getSQLState() == null
        ? outage.words()
        : outage.words() + ", SQL state " + failure.getSQLState();
  }

  /** Counts a transaction that lost its connection, or got none. */
  void lost(String description) {
    lastLoss = description;
    failed.increment();
  }

  /** Counts a transaction that was not tried. */
  void countFailedCall() {
    failed.increment();
  }

  /**
   * Reports lost connections to a database that answers, for example those that an operator ended.
   */
  void answers() {
    if (failed.sum() == 0) {
      return;
    }
    synchronized (this) {
      if (nanoTime.getAsLong() - backSince < AFTERMATH.toNanos()) {
        failed.reset();
        return;
      }
    }
    if (losses.due().isPresent()) {
      log.warn(
          "The database answers, but {} transactions lost their connection or got none ({})",
          failed.sumThenReset(),
          lastLoss);
    }
  }

  /** Reports that the database went away. */
  synchronized void away(String why) {
    isAway = true;
    isSaid = false;
    reason = why;
    awaySince = nanoTime.getAsLong();
    sayWhatIsDue();
  }

  /** Writes the line about an outage that began too soon after the line about another one. */
  synchronized void sayWhatIsDue() {
    long now = nanoTime.getAsLong();
    if (!isAway || isSaid || now - nextLine < 0) {
      return;
    }
    isSaid = true;
    nextLine = now + PAUSE.toNanos();
    log.warn(
        "The database is away ({}): calls that need it fail with UNAVAILABLE until it answers{}",
        reason,
        briefOutages == 0 ? "" : "; shorter outages since the last such line: " + briefOutages);
    briefOutages = 0;
  }

  /** Reports that the database is back. */
  synchronized void back() {
    isAway = false;
    backSince = nanoTime.getAsLong();
    if (!isSaid) {
      briefOutages++;
      return;
    }
    log.info(
        "The database answers again after {} s; {} transactions failed in the meantime",
        Math.round((backSince - awaySince) / 1e8) / 10.0,
        failed.sumThenReset());
  }
}
