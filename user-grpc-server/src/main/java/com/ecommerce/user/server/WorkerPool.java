package com.ecommerce.user.server;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.FairPool;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.Workers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The workers of both transports: threads that run calls that may wait for the database.
 * Thread-safe.
 *
 * <p>Callers take turns, as in {@link com.ecommerce.user.core.internal.concurrent.FairQueue}: first
 * kinds of calls, then client networks (an authenticated service counts as one, wherever it calls
 * from), then the users of a network. A call that cannot begin within {@link #LONGEST_WAIT} is
 * refused with {@code SERVER_BUSY}. When the queue is full, so is the newest call of the caller
 * with the most waiting calls.
 *
 * <p>A kind of call uses at most half of the workers, or of the pool's connections if there are
 * fewer. The last fifth of the workers is reserved for kinds without a running call. Calls that
 * wait for one or two locked tables therefore leave workers and connections for the others. (These
 * are the bulkheads of M. Nygard, "Release It!", 2007.) With fewer than 5 workers nothing is
 * reserved, and with one worker there is no bulkhead.
 */
final class WorkerPool implements Workers, AutoCloseable {
  /** The maximum time that a call waits for a worker. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private static final Duration END_TIMEOUT = Duration.ofSeconds(1);

  /** The number of calls that may wait for each worker, which is some seconds of work. */
  private static final int WAITING_PER_WORKER = 100;

  private static final int SHARES = 2;
  private static final int RESERVED = 5;
  private static final String SERVICE = "service:";

  private final FairPool pool;

  /**
   * Creates a pool whose threads are not started yet.
   *
   * @param workers the number of threads
   * @param connections the number of connections to the database that they share
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  WorkerPool(int workers, int connections, LongSupplier nanoTime) {
    int share = (Math.min(workers, connections) + SHARES - 1) / SHARES;
    int reserved = workers / RESERVED;
    pool =
        new FairPool(
            new FairPool.Settings(
                "worker",
                workers,
                workers * WAITING_PER_WORKER,
                LONGEST_WAIT,
                kind -> 1,
                (kind, running) -> mayBegin(kind, running, workers - reserved, share),
                UserServiceException::busy),
            nanoTime,
            waited -> {});
  }

  private static boolean mayBegin(
      String kind, Map<String, Integer> running, int shared, int share) {
    int own = running.getOrDefault(kind, 0);
    if (own == 0) {
      return true;
    }
    int all = running.values().stream().mapToInt(count -> count).sum();
    return own < share && all < shared;
  }

  @Override
  public void begin(RequestContext call, RequestKind kind, Task task) {
    pool.begin(path(call, kind), task);
  }

  @Override
  public void resume(RequestContext call, RequestKind kind, Task task) {
    pool.resume(path(call, kind), task);
  }

  private static List<String> path(RequestContext call, RequestKind kind) {
    String caller = call.actor().name();
    String network = caller.startsWith(SERVICE) ? caller : call.clientNetwork();
    return List.of(kind.name(), network, caller);
  }

  /** Returns the pool for metrics. */
  FairPool pool() {
    return pool;
  }

  /**
   * Refuses new calls; waiting calls still run. Waits until all of them have ended, but at most a
   * second.
   */
  @Override
  public void close() {
    pool.close();
    try {
      pool.awaitEnd(END_TIMEOUT);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
