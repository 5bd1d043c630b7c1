package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Periodically deletes data that is no longer needed, in small transactions. The jobs of several
 * instances can run at the same time. Thread-safe.
 */
public final class PurgeJob implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PurgeJob.class);
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMinutes(10);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final int BATCH = 500;

  private final Database database;
  private final Clock clock;
  private final List<Purge> purges;
  private final List<IntSupplier> others;
  private volatile boolean stopping;
  private ScheduledExecutorService thread;

  /**
   * @param others purges of other things than rows, which run outside of transactions; each returns
   *     the number of deleted things
   */
  public PurgeJob(Database database, Clock clock, List<Purge> purges, List<IntSupplier> others) {
    this.database = database;
    this.clock = clock;
    this.purges = List.copyOf(purges);
    this.others = List.copyOf(others);
  }

  public synchronized void start() {
    thread = DaemonThreads.timer("purge");
    thread.scheduleWithFixedDelay(
        this::runAndLog, FIRST_PAUSE.toSeconds(), PAUSE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Runs the purges. Throws nothing, since an exception would end the periodic task. */
  void runAndLog() {
    try {
      int deleted = run();
      log.debug("Purged {} rows", deleted);
    } catch (RuntimeException | Error failed) {
      // A later run deletes the rows.
      if (isOutage(failed)) {
        log.debug("The purge of old rows failed, since the database is unavailable", failed);
      } else {
        log.warn("The purge of old rows failed", failed);
      }
    }
  }

  private static boolean isOutage(Throwable failed) {
    var causes = failed.getSuppressed();
    return causes.length > 0 && Arrays.stream(causes).allMatch(Database::isOutage);
  }

  /**
   * Deletes everything that is no longer needed, in the calling thread.
   *
   * @return the number of deleted rows and files
   * @throws IllegalStateException if purges failed, after all others have run; their failures are
   *     its suppressed exceptions
   */
  public int run() {
    List<IntSupplier> all = new ArrayList<>();
    purges.forEach(purge -> all.add(() -> run(purge)));
    all.addAll(others);
    int deleted = 0;
    List<Throwable> failures = new ArrayList<>();
    for (IntSupplier purge : all) {
      try {
        deleted += purge.getAsInt();
      } catch (RuntimeException | Error failed) {
        failures.add(failed);
      }
    }
    if (!failures.isEmpty()) {
      var failed =
          new IllegalStateException(failures.size() + " of " + all.size() + " purges failed");
      failures.forEach(failed::addSuppressed);
      throw failed;
    }
    return deleted;
  }

  private int run(Purge purge) {
    int total = 0;
    int deleted = BATCH;
    while (deleted == BATCH && !stopping) {
      deleted =
          database.inTransaction(
              RequestContext.system(), tx -> purge.purge(tx, clock.instant(), BATCH));
      total += deleted;
    }
    return total;
  }

  /** Stops the job after the current batch, for which it waits for at most 5 seconds. */
  @Override
  public synchronized void close() {
    stopping = true;
    if (thread != null) {
      DaemonThreads.stop(thread, STOP_TIMEOUT);
    }
  }
}
