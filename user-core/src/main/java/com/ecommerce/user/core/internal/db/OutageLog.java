package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.internal.log.RateLimitedLogger;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;

/**
 * Writes the log lines about outages of the database: one at the start and one at the end, however
 * many calls and background tasks fail. Refusals by a database that answers are logged at most once
 * in ten seconds. An outage that is logged elsewhere has no lines here. Thread-safe.
 */
final class OutageLog {
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** The time after an outage in which calls may still notice that they lost their connection. */
  private static final Duration AFTERMATH = Duration.ofSeconds(10);

  private final Logger log;
  private final LongSupplier nanoTime;
  private final BooleanSupplier isLoggedElsewhere;
  private final RateLimitedLogger refusals;
  private final RateLimitedLogger losses;

  /** The transactions that failed, or were not tried, since a line reported their number. */
  private final LongAdder failed = new LongAdder();

  private volatile String lastLoss = "";

  /** Guarded by this, as are all fields below. */
  private boolean isOutage;

  private boolean isLogged;
  private String reason = "";
  private long began;
  private long ended;
  private long nextLine;
  private int briefOutages;

  /**
   * @param nanoTime a clock such as {@link System#nanoTime}
   * @param isLoggedElsewhere returns whether the current outage, or one that has just ended, is
   *     logged elsewhere; must not block
   */
  OutageLog(LongSupplier nanoTime, BooleanSupplier isLoggedElsewhere) {
    this(nanoTime, isLoggedElsewhere, LoggerFactory.getLogger(OutageLog.class));
  }

  private OutageLog(LongSupplier nanoTime, BooleanSupplier isLoggedElsewhere, Logger log) {
    this.log = log;
    this.nanoTime = nanoTime;
    this.isLoggedElsewhere = isLoggedElsewhere;
    refusals = new RateLimitedLogger(PAUSE, nanoTime);
    losses = new RateLimitedLogger(PAUSE, nanoTime);
    nextLine = nanoTime.getAsLong();
    ended = nextLine - AFTERMATH.toNanos();
  }

  /** Returns a log that writes nothing, for a database whose failures are reported elsewhere. */
  static OutageLog silent(LongSupplier nanoTime) {
    return new OutageLog(nanoTime, () -> false, NOPLogger.NOP_LOGGER);
  }

  /** Logs that the database refused a statement. */
  void logRefusal(Outage outage, SQLException failure) {
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
  void countLostConnection(String description) {
    lastLoss = description;
    failed.increment();
  }

  /** Counts a transaction that was not tried. */
  void countFailedCall() {
    failed.increment();
  }

  /**
   * Logs lost connections to a database that answers, for example those that an operator
   * terminated.
   */
  void logLostConnections() {
    if (failed.sum() == 0) {
      return;
    }
    synchronized (this) {
      if (nanoTime.getAsLong() - ended < AFTERMATH.toNanos() || isLoggedElsewhere.getAsBoolean()) {
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

  /** Notes that an outage has begun. */
  synchronized void begin(String why) {
    isOutage = true;
    isLogged = false;
    reason = why;
    began = nanoTime.getAsLong();
    logIfDue();
  }

  /**
   * Logs the outage, unless it is logged elsewhere or the line about an earlier one is too recent.
   */
  synchronized void logIfDue() {
    long now = nanoTime.getAsLong();
    if (!isOutage || isLogged || now - nextLine < 0 || isLoggedElsewhere.getAsBoolean()) {
      return;
    }
    isLogged = true;
    nextLine = now + PAUSE.toNanos();
    log.warn(
        "The database is unavailable ({}): calls that need it fail with UNAVAILABLE until it answers{}",
        reason,
        briefOutages == 0 ? "" : "; shorter outages since the last such line: " + briefOutages);
    briefOutages = 0;
  }

  /** Notes that the outage has ended. */
  synchronized void end() {
    isOutage = false;
    ended = nanoTime.getAsLong();
    if (!isLogged) {
      briefOutages += isLoggedElsewhere.getAsBoolean() ? 0 : 1;
      return;
    }
    log.info(
        "The database is available again after {} s; {} transactions failed in the meantime",
        Math.round((ended - began) / 1e8) / 10.0,
        failed.sumThenReset());
  }
}
