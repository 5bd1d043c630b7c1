package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A circuit breaker (M. Nygard, "Release It!", 2007) for the database: during an outage, calls fail
 * at once instead of waiting for a connection. Thread-safe.
 *
 * <p>It opens and closes by probes of its own rather than by calls: four a second while it is
 * closed, up to ten a second while it is open. A failed connection opens it at once. A single late
 * probe does not, since this process or the machine may be busy: two late probes in a row are
 * needed, on two connections, while no statement of a call succeeds. A server that is down is
 * therefore detected within a quarter of a second, and one that does not answer within {@code 250 +
 * 600 + 600 = 1450} milliseconds.
 */
public final class DatabaseCircuitBreaker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DatabaseCircuitBreaker.class);

  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration PAUSE_WHILE_OPEN = Duration.ofMillis(100);
  private static final Duration LATE = Duration.ofMillis(600);
  private static final Duration LATE_WHILE_OPEN = Duration.ofMillis(400);

  /** The number of probes at once: some may hang while a later one finds the database available. */
  private static final int MAX_PROBES = 8;

  private final Callable<Boolean> probe;
  private final boolean lateMeansUnavailable;
  private final Runnable onUnavailable;
  private final Runnable onAvailable;
  private final LongSupplier nanoTime;
  private final OutageLog outageLog;
  private final ThreadPoolExecutor probes;
  private final AtomicReference<CompletableFuture<Boolean>> running = new AtomicReference<>();
  private volatile boolean isOpen;
  private volatile long lastAnswer;
  private volatile ScheduledExecutorService timer;
  private volatile boolean isStopped;

  private enum Answer {
    ANSWERED,
    /** The database was reached and did not accept the probe, for example its password. */
    REFUSED,
    UNREACHABLE,
    LATE
  }

  private record Result(Answer answer, String reason) {
    static final Result ANSWERED = new Result(Answer.ANSWERED, "");
    static final Result LATE = new Result(Answer.LATE, "no answer in time");
  }

  /**
   * Creates a circuit breaker that is not started.
   *
   * @param probe returns whether the database answers; may block, must end by itself, and may be
   *     called by several threads at once
   * @param lateMeansUnavailable whether late probes open the breaker; false if they may have waited
   *     for a connection of a busy pool
   * @param onUnavailable is run when the breaker opens; must not block
   * @param onAvailable is run before the breaker closes; must not block
   * @param isLoggedElsewhere returns whether the current outage, or one that has just ended, is
   *     logged elsewhere; must not block
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public DatabaseCircuitBreaker(
      Callable<Boolean> probe,
      boolean lateMeansUnavailable,
      Runnable onUnavailable,
      Runnable onAvailable,
      BooleanSupplier isLoggedElsewhere,
      LongSupplier nanoTime) {
    this(
        probe,
        lateMeansUnavailable,
        onUnavailable,
        onAvailable,
        nanoTime,
        new OutageLog(nanoTime, isLoggedElsewhere));
  }

  private DatabaseCircuitBreaker(
      Callable<Boolean> probe,
      boolean lateMeansUnavailable,
      Runnable onUnavailable,
      Runnable onAvailable,
      LongSupplier nanoTime,
      OutageLog outageLog) {
    this.probe = probe;
    this.lateMeansUnavailable = lateMeansUnavailable;
    this.onUnavailable = onUnavailable;
    this.onAvailable = onAvailable;
    this.nanoTime = nanoTime;
    this.outageLog = outageLog;
    lastAnswer = nanoTime.getAsLong();
    probes = DaemonThreads.poolWithoutQueue("database-probe", MAX_PROBES);
  }

  /** Returns a breaker that is never open. */
  static DatabaseCircuitBreaker none(LongSupplier nanoTime) {
    return new DatabaseCircuitBreaker(() -> true, false, () -> {}, () -> {}, () -> false, nanoTime);
  }

  /** Returns a breaker that is never open and logs nothing, since the caller does. */
  static DatabaseCircuitBreaker silent(LongSupplier nanoTime) {
    return new DatabaseCircuitBreaker(
        () -> true, false, () -> {}, () -> {}, nanoTime, OutageLog.silent(nanoTime));
  }

  /** Starts to probe the database, periodically and after failed calls. */
  public synchronized void start() {
    timer = DaemonThreads.timer("database-watch");
    schedule(PAUSE);
  }

  private void schedule(Duration pause) {
    try {
      timer.schedule(this::checkPeriodically, pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopped) {
      log.debug("The circuit breaker has been closed");
    }
  }

  /** Catches every failure, since no further probe would follow otherwise. */
  private void checkPeriodically() {
    check()
        .whenComplete(
            (answers, failure) -> {
              if (failure != null && !isStopped) {
                log.error("The database cannot be probed", failure);
              }
              outageLog.logIfDue();
              schedule(isOpen ? PAUSE_WHILE_OPEN : PAUSE);
            });
  }

  /**
   * Returns whether calls must fail without an attempt. Always false before {@link #start}, since
   * only probes close the breaker again.
   */
  public boolean isOpen() {
    return isOpen;
  }

  /** Notes that a statement of a call succeeded. */
  void noteAnswer() {
    lastAnswer = nanoTime.getAsLong();
  }

  /** Notes that a call failed without an attempt. */
  void noteRefusedCall() {
    outageLog.countFailedCall();
  }

  /** Notes the failure of a call, and probes the database at once if it may be unavailable. */
  void note(Outage outage, SQLException failure) {
    var watching = timer;
    if (watching == null || !outage.isOfConnection()) {
      outageLog.logRefusal(outage, failure);
      return;
    }
    outageLog.countLostConnection(OutageLog.describe(outage, failure));
    if (!isOpen) {
      try {
        watching.execute(this::check);
      } catch (RejectedExecutionException stopped) {
        log.debug("The circuit breaker has been closed");
      }
    }
  }

  /**
   * Probes the database. Requests during a probe share its result.
   *
   * @return completes within 1.2 seconds with whether the database answers; fails if this is closed
   */
  public CompletionStage<Boolean> check() {
    while (true) {
      var current = running.get();
      if (current != null && !current.isDone()) {
        return current.copy();
      }
      var next = new CompletableFuture<Boolean>();
      if (running.compareAndSet(current, next)) {
        begin(next);
        return next.copy();
      }
    }
  }

  private void begin(CompletableFuture<Boolean> check) {
    long began = nanoTime.getAsLong();
    probe()
        .thenCompose(
            first ->
                first.answer() == Answer.LATE && !isOpen
                    ? probeAgain()
                    : CompletableFuture.completedFuture(conclude(first, began)))
        .whenComplete(
            (answers, failure) -> {
              if (failure == null) {
                check.complete(answers);
              } else {
                check.completeExceptionally(failure);
              }
            });
  }

  private CompletableFuture<Boolean> probeAgain() {
    long began = nanoTime.getAsLong();
    return probe().thenApply(second -> conclude(second, began));
  }

  private boolean conclude(Result result, long began) {
    switch (result.answer()) {
      case ANSWERED -> reset();
      case UNREACHABLE -> trip(result.reason());
      case LATE -> {
        if (lastAnswer - began > 0) {
          // The database answers calls; only the probe was late.
          return !isOpen;
        }
        if (lateMeansUnavailable) {
          trip(result.reason());
        }
      }
      case REFUSED -> {
        // The server is running. Calls may still have connections, or will report the problem.
        log.debug("The database refused a probe ({})", result.reason());
        reset();
      }
    }
    return result.answer() == Answer.ANSWERED;
  }

  private CompletableFuture<Result> probe() {
    var answer = new CompletableFuture<Result>();
    try {
      probes.execute(() -> answer.complete(probeOnce()));
    } catch (RejectedExecutionException rejected) {
      if (probes.isShutdown()) {
        return CompletableFuture.failedFuture(rejected);
      }
      return CompletableFuture.completedFuture(Result.LATE);
    } catch (OutOfMemoryError noThread) {
      // This probe fails, which is logged, and the next one follows.
      return CompletableFuture.failedFuture(noThread);
    }
    var limit = isOpen ? LATE_WHILE_OPEN : LATE;
    // A late answer also shows that the database is available.
    answer.thenAccept(
        result -> {
          if (result.answer() == Answer.ANSWERED) {
            noteAnswer();
            if (isOpen) {
              reset();
            }
          }
        });
    return answer.copy().completeOnTimeout(Result.LATE, limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Result probeOnce() {
    try {
      return probe.call() ? Result.ANSWERED : new Result(Answer.UNREACHABLE, "no answer");
    } catch (SQLException failed) {
      log.debug("The database does not answer a probe", failed);
      return classify(failed);
    } catch (Exception | Error failed) {
      log.debug("The database cannot be probed", failed);
      return new Result(Answer.REFUSED, failed.getClass().getSimpleName());
    }
  }

  private static Result classify(SQLException failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException) {
        return Result.LATE;
      }
    }
    var outage = Outage.of(failed);
    if (outage.isEmpty()) {
      return new Result(Answer.REFUSED, "SQL state " + failed.getSQLState());
    }
    if (outage.get() == Outage.NO_CONNECTION && failed instanceof SQLTransientConnectionException) {
      return Result.LATE;
    }
    return outage.get().isOfConnection()
        ? new Result(Answer.UNREACHABLE, OutageLog.describe(outage.get(), failed))
        // The server answers, although it accepts no further connection.
        : Result.ANSWERED;
  }

  private synchronized void trip(String reason) {
    if (isOpen || isStopped || timer == null) {
      return;
    }
    isOpen = true;
    outageLog.begin(reason);
    onUnavailable.run();
  }

  private synchronized void reset() {
    lastAnswer = nanoTime.getAsLong();
    if (!isOpen) {
      outageLog.logLostConnections();
      return;
    }
    onAvailable.run();
    isOpen = false;
    outageLog.end();
  }

  /** Stops probing. From then on, {@link #isOpen} returns false. */
  @Override
  public void close() {
    synchronized (this) {
      isStopped = true;
      isOpen = false;
    }
    probes.shutdownNow();
    // The tasks of the timer do not block, so there is no need to wait for them.
    if (timer != null) {
      timer.shutdownNow();
    }
  }
}
