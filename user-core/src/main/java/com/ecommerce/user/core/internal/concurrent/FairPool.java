package com.ecommerce.user.core.internal.concurrent;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Workers.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * A pool of threads for the work of many callers, which waits in a {@link FairQueue}. Work that has
 * waited for the maximum time is refused, and so is work for which the queue has no room.
 * Thread-safe.
 *
 * <p>The first key of a path is the kind of the work. Kinds may have weights, and {@link Bulkheads}
 * limit the threads that a kind may use.
 */
public final class FairPool implements AutoCloseable {
  private final Settings settings;
  private final LongSupplier nanoTime;
  private final LongConsumer waits;
  private final ThreadPoolExecutor threads;
  private final ScheduledThreadPoolExecutor timer;

  /** Guards all fields below. */
  private final Object lock = new Object();

  private final FairQueue<Job> queue;
  private final Map<String, Integer> runningByKind = new HashMap<>();
  private final Map<String, Long> refusedByKind = new HashMap<>();
  private int running;
  private long completed;
  private boolean sweepIsDue;
  private boolean isClosed;

  /**
   * The settings of a pool.
   *
   * @param name the beginning of the threads' names
   * @param concurrency the number of tasks that run concurrently
   * @param capacity the number of tasks that may wait
   * @param longestWait the maximum time that a task may wait
   * @param weights the number of consecutive turns of each kind, at least 1
   * @param bulkheads decide which kinds may begin another task
   * @param refusal returns the failure with which tasks are refused
   */
  public record Settings(
      String name,
      int concurrency,
      int capacity,
      Duration longestWait,
      ToIntFunction<String> weights,
      Bulkheads bulkheads,
      Supplier<UserServiceException> refusal) {}

  /** Limits the threads that a kind of work may use. */
  @FunctionalInterface
  public interface Bulkheads {
    /** Every kind may use all threads. */
    Bulkheads NONE = (kind, running) -> true;

    /**
     * Returns whether a task of the kind may begin on a free thread. Must not block.
     *
     * @param running the number of running tasks of each kind; kinds without a running task are
     *     absent
     */
    boolean mayBegin(String kind, Map<String, Integer> running);
  }

  private record Job(String kind, Task task, long since) {}

  /**
   * Creates a pool whose threads are not started yet.
   *
   * @param nanoTime a clock such as {@link System#nanoTime}
   * @param waits accepts the nanoseconds that each task waited before it ran; thread-safe
   */
  public FairPool(Settings settings, LongSupplier nanoTime, LongConsumer waits) {
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.waits = waits;
    queue = new FairQueue<>(settings.capacity(), settings.weights());
    threads =
        DaemonThreads.pool(settings.name(), settings.concurrency(), new LinkedBlockingQueue<>());
    timer = DaemonThreads.timer(settings.name() + "-timer");
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Starts the threads. Otherwise they start when work arrives. */
  public void prestart() {
    threads.prestartAllCoreThreads();
  }

  /**
   * Runs the work when its turn comes, or refuses it: immediately if the queue has no room for it,
   * later if its time is over or it is dropped in favor of others. Never blocks.
   *
   * @param path the kind, followed by the keys that share the kind's turns; of the same length for
   *     all work
   */
  public void begin(List<String> path, Task task) {
    enter(path, task, false);
  }

  /**
   * Does the same as {@link #begin} for work that continues earlier work: it goes before other work
   * of the same path, and is queued even if the queue is full.
   */
  public void resume(List<String> path, Task task) {
    enter(path, task, true);
  }

  private void enter(List<String> path, Task task, boolean first) {
    List<Job> refused = new ArrayList<>();
    List<Job> begun = new ArrayList<>();
    synchronized (lock) {
      long now = nanoTime.getAsLong();
      var job = new Job(path.get(0), task, now);
      if (isClosed) {
        refused.add(job);
      } else if (mayBeginAtOnce(job.kind())) {
        begin(job, begun);
      } else if (first) {
        queue.offerFirst(path, job, now);
      } else {
        queue.offer(path, job, now).ifPresent(refused::add);
      }
      expire(now, refused);
      beginEligible(begun);
      scheduleSweep(now);
      countRefused(refused);
    }
    hand(begun);
    refuse(refused);
  }

  private void expire(long now, List<Job> expired) {
    queue.expire(now - settings.longestWait().toNanos(), expired::add);
  }

  private void countRefused(List<Job> refused) {
    refused.forEach(job -> refusedByKind.merge(job.kind(), 1L, Long::sum));
  }

  private void refuse(List<Job> refused) {
    refused.forEach(job -> job.task().refuse(settings.refusal().get()));
  }

  private void beginEligible(List<Job> begun) {
    Predicate<String> eligible = kind -> settings.bulkheads().mayBegin(kind, runningByKind);
    while (running < settings.concurrency()) {
      var next = queue.poll(eligible);
      if (next.isEmpty()) {
        return;
      }
      begin(next.get(), begun);
    }
  }

  private boolean mayBeginAtOnce(String kind) {
    return queue.size() == 0
        && running < settings.concurrency()
        && settings.bulkheads().mayBegin(kind, runningByKind);
  }

  private void begin(Job job, List<Job> begun) {
    running++;
    runningByKind.merge(job.kind(), 1, Integer::sum);
    begun.add(job);
  }

  private void hand(List<Job> begun) {
    begun.forEach(job -> threads.execute(() -> work(job)));
  }

  /**
   * Runs the job and then the next ones on the same thread, since another thread would cost more.
   */
  private void work(Job first) {
    var job = first;
    while (job != null) {
      boolean keptItsWord = false;
      try {
        waits.accept(nanoTime.getAsLong() - job.since());
        job.task().run();
        keptItsWord = true;
      } finally {
        var next = finished(job);
        int own = keptItsWord && !next.isEmpty() ? 1 : 0;
        hand(next.subList(own, next.size()));
        job = own == 1 ? next.get(0) : null;
      }
    }
  }

  private List<Job> finished(Job job) {
    List<Job> refused = new ArrayList<>();
    List<Job> begun = new ArrayList<>();
    synchronized (lock) {
      running--;
      completed++;
      runningByKind.computeIfPresent(job.kind(), (kind, count) -> count == 1 ? null : count - 1);
      expire(nanoTime.getAsLong(), refused);
      beginEligible(begun);
      countRefused(refused);
      if (isClosed && running == 0) {
        threads.shutdown();
      }
    }
    refuse(refused);
    return begun;
  }

  /** Schedules a sweep, since all threads may be stuck and none of them would check. */
  private void scheduleSweep(long now) {
    var oldest = queue.oldestArrival();
    if (sweepIsDue || isClosed || oldest.isEmpty()) {
      return;
    }
    sweepIsDue = true;
    long due = oldest.getAsLong() + settings.longestWait().toNanos() - now;
    timer.schedule(this::sweep, Math.max(1, due), TimeUnit.NANOSECONDS);
  }

  /** Refuses work that has waited too long. */
  void sweep() {
    List<Job> refused = new ArrayList<>();
    synchronized (lock) {
      sweepIsDue = false;
      long now = nanoTime.getAsLong();
      expire(now, refused);
      scheduleSweep(now);
      countRefused(refused);
    }
    refuse(refused);
  }

  /** Returns the number of tasks that would begin before one added now, if no others were added. */
  public int aheadOf(List<String> path) {
    synchronized (lock) {
      return queue.aheadOf(path);
    }
  }

  /** Returns whether the queue has no room for work of this path. */
  public boolean isFullFor(List<String> path) {
    synchronized (lock) {
      return isClosed || queue.isFullFor(path);
    }
  }

  /** Returns the number of waiting tasks. */
  public int waiting() {
    synchronized (lock) {
      return queue.size();
    }
  }

  /** Returns the number of tasks that may wait. */
  public int capacity() {
    return settings.capacity();
  }

  /** Returns the number of running tasks. */
  public int running() {
    synchronized (lock) {
      return running;
    }
  }

  /** Returns the number of tasks that may run concurrently. */
  public int concurrency() {
    return settings.concurrency();
  }

  /** Returns the number of threads. */
  public int threads() {
    return threads.getPoolSize();
  }

  /** Returns the number of completed tasks. */
  public long completed() {
    synchronized (lock) {
      return completed;
    }
  }

  /** Returns the number of running tasks of the kind. */
  public int running(String kind) {
    synchronized (lock) {
      return runningByKind.getOrDefault(kind, 0);
    }
  }

  /** Returns the number of refused tasks of the kind. */
  public long refused(String kind) {
    synchronized (lock) {
      return refusedByKind.getOrDefault(kind, 0L);
    }
  }

  /** Returns the arrival time of the oldest waiting task, by the clock of the pool. */
  OptionalLong oldestArrival() {
    synchronized (lock) {
      return queue.oldestArrival();
    }
  }

  /**
   * Refuses new work. Waiting work still runs when its turn comes, unless it has waited too long.
   * Does not block.
   */
  @Override
  public void close() {
    synchronized (lock) {
      isClosed = true;
      timer.shutdown();
      if (running == 0) {
        threads.shutdown();
      }
    }
  }

  /**
   * Waits until a closed pool has finished its work.
   *
   * @return false if the timeout passed first
   */
  public boolean awaitEnd(Duration timeout) throws InterruptedException {
    return threads.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }
}
