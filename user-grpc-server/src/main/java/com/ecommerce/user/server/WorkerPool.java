package com.ecommerce.user.server;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.call.CallKind;
import com.ecommerce.user.core.call.Workers;
import com.ecommerce.user.core.internal.fair.FairPool;
import com.ecommerce.user.server.grpc.StatusMapper;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The workers of both transports: threads that run what may wait for the database. Thread-safe.
 *
 * <p>Callers take turns, as in {@link com.ecommerce.user.core.internal.fair.FairQueue}: first kinds
 * of calls, then client networks (a service is one of its own, wherever it calls from), then the
 * users of a network. What cannot begin within {@link #LONGEST_WAIT} is refused with {@code
 * SERVER_BUSY}, and when no place is left, the newest call of whoever has most of them.
 *
 * <p>No kind of call has more than half of the workers, or of the pool's connections where those
 * are fewer; and the last fifth of the workers is for kinds of which nothing runs. So calls that
 * wait for a locked table, or two tables, leave workers and connections to the others. (The
 * bulkheads of M. Nygard, "Release It!", 2007.) With fewer than 5 workers there is no last fifth,
 * with one worker no bulkhead.
 */
final class WorkerPool implements Workers, AutoCloseable {
  /** How long a call may wait for a worker. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /** How many calls may wait for each worker: some seconds of work. */
  private static final int WAITING_PER_WORKER = 100;

  private static final int SHARES = 2;
  private static final int RESERVED = 5;
  private static final String SERVICE = "service:";

  private final FairPool pool;

  /**
   * A pool without threads yet.
   *
   * @param workers how many threads
   * @param connections how many connections to the database they share
   * @param nanoTime as {@link System#nanoTime}
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
                (kind, running) -> mayBegin(kind, running, workers - reserved, share)),
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
  public void begin(Call call, CallKind kind, Task task) {
    pool.begin(path(call, kind), work(task));
  }

  @Override
  public void resume(Call call, CallKind kind, Task task) {
    pool.resume(path(call, kind), work(task));
  }

  private static List<String> path(Call call, CallKind kind) {
    String caller = call.actor().name();
    String network = caller.startsWith(SERVICE) ? caller : call.clientNetwork();
    return List.of(kind.name(), network, caller);
  }

  private static FairPool.Work work(Task task) {
    return new FairPool.Work() {
      @Override
      public void run() {
        task.run();
      }

      @Override
      public void refuse() {
        task.refuse(StatusMapper.busy());
      }
    };
  }

  /** What it does, for metrics. */
  FairPool pool() {
    return pool;
  }

  /** Takes no new calls; those that wait still run. Returns without waiting. */
  @Override
  public void close() {
    pool.close();
  }
}
