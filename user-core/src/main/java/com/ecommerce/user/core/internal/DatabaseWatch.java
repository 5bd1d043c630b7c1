package com.ecommerce.user.core.internal;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches whether the database answers, so that calls fail at once while it does not, instead of
 * each waiting until it finds out. Thread-safe.
 *
 * <p>This is a circuit breaker (M. Nygard, "Release It!", 2007) that probes of its own open and
 * close, not calls: four times a second while the database answers, up to ten times a second while
 * it is away. A failed connection opens it at once. A probe without an answer proves nothing by
 * itself, since this process or the machine may be busy: it takes two in a row, on two connections,
 * in a time in which no statement of a call succeeded either. So the watch knows after a quarter of
 * a second that the server is gone, and after {@code 250 + 600 + 600 = 1450} milliseconds that it
 * is silent.
 */
public final class DatabaseWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DatabaseWatch.class);

  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration PAUSE_WHILE_AWAY = Duration.ofMillis(100);
  private static final Duration LATE = Duration.ofMillis(600);
  private static final Duration LATE_WHILE_AWAY = Duration.ofMillis(400);

  /** Probes that are stuck must not keep the next ones from finding the database back. */
  private static final int MAX_PROBES = 8;

  private final Callable<Boolean> probe;
  private final boolean lateMeansAway;
  private final Runnable onAway;
  private final Runnable onBack;
  private final LongSupplier nanoTime;
  private final OutageLog lines;
  private final ThreadPoolExecutor probes;
  private final AtomicReference<CompletableFuture<Boolean>> running = new AtomicReference<>();
  private volatile boolean isAway;
  private volatile long lastAnswer;
  private volatile ScheduledExecutorService timer;
  private volatile boolean isClosed;

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
   * Creates a watch that is not started.
   *
   * @param probe returns whether the database answers; may block, must end by itself, and may be
   *     called by several threads at once
   * @param lateMeansAway whether probes without an answer open the breaker: not if they may have
   *     waited for a connection of a busy pool
   * @param onAway is run when the breaker opens; must not block
   * @param onBack is run before the breaker closes; must not block
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public DatabaseWatch(
      Callable<Boolean> probe,
      boolean lateMeansAway,
      Runnable onAway,
      Runnable onBack,
      LongSupplier nanoTime) {
    this(probe, lateMeansAway, onAway, onBack, nanoTime, new OutageLog(nanoTime));
  }

  private DatabaseWatch(
      Callable<Boolean> probe,
      boolean lateMeansAway,
      Runnable onAway,
      Runnable onBack,
      LongSupplier nanoTime,
      OutageLog lines) {
    this.probe = probe;
    this.lateMeansAway = lateMeansAway;
    this.onAway = onAway;
    this.onBack = onBack;
    this.nanoTime = nanoTime;
    this.lines = lines;
    lastAnswer = nanoTime.getAsLong();
    probes =
        new ThreadPoolExecutor(
            0,
            MAX_PROBES,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            DaemonThreads.named("database-probe"));
  }

  /** Returns a watch of a database that nobody watches: it never counts as away. */
  static DatabaseWatch none(LongSupplier nanoTime) {
    return new DatabaseWatch(() -> true, false, () -> {}, () -> {}, nanoTime);
  }

  /** Returns the same, for a database whose failures the caller reports. */
  static DatabaseWatch silent(LongSupplier nanoTime) {
    return new DatabaseWatch(
        () -> true, false, () -> {}, () -> {}, nanoTime, OutageLog.silent(nanoTime));
  }

  /** Starts to watch; from now on, failed calls have the database probed at once. */
  public synchronized void start() {
    timer = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("database-watch"));
    later(PAUSE);
  }

  private void later(Duration pause) {
    try {
      timer.schedule(this::lookAndGoOn, pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopped) {
      log.debug("The watch has ended");
    }
  }

  /** Never ends by an exception, which would be the last look. */
  private void lookAndGoOn() {
    look()
        .whenComplete(
            (answers, failure) -> {
              if (failure != null && !isClosed) {
                log.error("The database cannot be probed", failure);
              }
              lines.sayWhatIsDue();
              later(isAway ? PAUSE_WHILE_AWAY : PAUSE);
            });
  }

  /**
   * Returns whether calls should not be tried. True only while the watch is started, which is what
   * closes the breaker again.
   */
  public boolean isAway() {
    return isAway;
  }

  /** Notes that a statement of a call succeeded. */
  void noteAnswer() {
    lastAnswer = nanoTime.getAsLong();
  }

  /** Notes that a call was not tried since the database is away. */
  void noteRefusedCall() {
    lines.countFailedCall();
  }

  /** Notes a failure of a call; if it says that the database may be gone, looks at once. */
  void note(Outage outage, SQLException failure) {
    var watching = timer;
    if (watching == null || !outage.isOfConnections()) {
      lines.refused(outage, failure);
      return;
    }
    lines.lost(OutageLog.describe(outage, failure));
    if (!isAway) {
      try {
        watching.execute(this::look);
      } catch (RejectedExecutionException stopped) {
        log.debug("The watch has ended");
      }
    }
  }

  /**
   * Looks at the database. Looks that are asked for while one runs share its result.
   *
   * @return completes within 1.2 seconds with whether the database answers; fails after the end
   */
  public CompletionStage<Boolean> look() {
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

  private void begin(CompletableFuture<Boolean> look) {
    long began = nanoTime.getAsLong();
    ask()
        .thenCompose(
            first ->
                first.answer() == Answer.LATE && !isAway
                    ? askAgain()
                    : CompletableFuture.completedFuture(conclude(first, began)))
        .whenComplete(
            (answers, failure) -> {
              if (failure == null) {
                look.complete(answers);
              } else {
                look.completeExceptionally(failure);
              }
            });
  }

  private CompletableFuture<Boolean> askAgain() {
    long began = nanoTime.getAsLong();
    return ask().thenApply(second -> conclude(second, began));
  }

  private boolean conclude(Result result, long began) {
    switch (result.answer()) {
      case ANSWERED -> back();
      case UNREACHABLE -> away(result.reason());
      case LATE -> {
        if (lastAnswer - began > 0) {
          // The database answers others: it is the probe that was late.
          return !isAway;
        }
        if (lateMeansAway) {
          away(result.reason());
        }
      }
      case REFUSED -> {
        // A call may still have a connection, or find out what is wrong.
        log.debug("The database refused a probe ({})", result.reason());
        back();
      }
    }
    return result.answer() == Answer.ANSWERED;
  }

  private CompletableFuture<Result> ask() {
    var answer = new CompletableFuture<Result>();
    try {
      probes.execute(() -> answer.complete(probeOnce()));
    } catch (RejectedExecutionException rejected) {
      if (probes.isShutdown()) {
        return CompletableFuture.failedFuture(rejected);
      }
      return CompletableFuture.completedFuture(Result.LATE);
    }
    var limit = isAway ? LATE_WHILE_AWAY : LATE;
    // A late answer is one, too.
    answer.thenAccept(
        result -> {
          if (isAway && result.answer() == Answer.ANSWERED) {
            back();
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
    return outage.get().isOfConnections()
        ? new Result(Answer.UNREACHABLE, OutageLog.describe(outage.get(), failed))
        // It answers, though it has no room for another connection.
        : Result.ANSWERED;
  }

  private synchronized void away(String reason) {
    if (isAway || isClosed || timer == null) {
      return;
    }
    isAway = true;
    lines.away(reason);
    onAway.run();
  }

  private synchronized void back() {
    lastAnswer = nanoTime.getAsLong();
    if (!isAway) {
      lines.answers();
      return;
    }
    onBack.run();
    isAway = false;
    lines.back();
  }

  /** Stops watching. The breaker is closed from then on. */
  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      isAway = false;
    }
    probes.shutdownNow();
    // Its tasks do not block.
    if (timer != null) {
      timer.shutdownNow();
    }
  }
}
