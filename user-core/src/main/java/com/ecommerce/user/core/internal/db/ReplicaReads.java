package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs reads that tolerate slightly outdated data on a replica, if there is one. If the replica
 * cannot answer, for whatever reason, the primary answers, and the replica is not used for some
 * seconds. Thread-safe.
 */
public final class ReplicaReads {
  private static final Logger log = LoggerFactory.getLogger(ReplicaReads.class);

  /** The time for which a replica is not used after it failed to answer. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  private static final long WELL = Long.MIN_VALUE;

  private final Database main;
  private final Optional<Database> replica;
  private final LongSupplier nanoTime;

  /** The time at which to try the replica again; {@link #WELL} while it answers. */
  private final AtomicLong awayUntil = new AtomicLong(WELL);

  /**
   * @param replica the replica; if empty, everything is read from the primary
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public ReplicaReads(Database main, Optional<Database> replica, LongSupplier nanoTime) {
    this.main = main;
    this.replica = replica;
    this.nanoTime = nanoTime;
  }

  /**
   * Does the same as {@link Database#readSnapshot}, but the work may run twice, on two databases.
   */
  public <T> T readSnapshot(RequestContext call, Function<Handle, T> work) {
    if (replica.isEmpty() || !mayAsk()) {
      return main.readSnapshot(call, work);
    }
    try {
      T answer = replica.get().readSnapshot(call, work);
      noteAnswer();
      return answer;
    } catch (UserServiceException failed) {
      if (!Database.isOutage(failed)) {
        throw failed;
      }
      noteFailure(failed);
    } catch (RuntimeException failed) {
      // For example, the replica lacks the latest migration, or cancels queries in favor of
      // replaying changes.
      noteFailure(failed);
    }
    return main.readSnapshot(call, work);
  }

  /**
   * Returns whether to use the replica. While it is unavailable, one call at a time tries it, each
   * after a pause.
   */
  private boolean mayAsk() {
    long until = awayUntil.get();
    if (until == WELL) {
      return true;
    }
    long now = nanoTime.getAsLong();
    return now - until >= 0 && awayUntil.compareAndSet(until, later(now));
  }

  private void noteAnswer() {
    if (awayUntil.getAndSet(WELL) != WELL) {
      log.info("The replica answers again");
    }
  }

  private void noteFailure(RuntimeException failed) {
    if (awayUntil.getAndSet(later(nanoTime.getAsLong())) == WELL) {
      log.warn(
          "The replica cannot answer ({}); lists and searches read the primary", describe(failed));
      log.debug("The replica failed", failed);
    }
  }

  private static String describe(RuntimeException failed) {
    return DatabaseFailures.state(failed).map(state -> "SQL state " + state).orElse("unavailable");
  }

  private static long later(long now) {
    long until = now + PAUSE.toNanos();
    return until == WELL ? until + 1 : until;
  }
}
