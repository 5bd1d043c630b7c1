package com.ecommerce.user.core.internal.fair;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Threads that run the work of many callers, who wait for them in a {@link FairQueue}. Work that
 * has waited for the longest time allowed is refused instead of run, and so is what finds no place.
 * Thread-safe.
 *
 * <p>The first key of a path is the kind of the work: kinds may have weights, and {@link Bulkheads}
 * keep threads free of kinds that have enough of them.
 */
public final class FairPool implements AutoCloseable {
  private static final int IDLE_SECONDS = 30;

  private final Settings settings;
  private final LongSupplier nanoTime;
  private final LongConsumer waits;
  private final ThreadPoolExecutor threads;
  private final ScheduledThreadPoolExecutor timer;

  /** Guards all below. */
  private final Object lock = new Object();

  private final FairQueue<Job> queue;
  private final Map<String, Integer> runningByKind = new HashMap<>();
  private final Map<String, Long> refusedByKind = new HashMap<>();
  private int running;
  private long completed;
  private boolean sweepIsDue;
  private boolean isClosed;

  /**
   * How such threads are.
   *
   * @param name the beginning of the threads' names
   * @param width how many pieces of work run at once
   * @param places how many pieces may wait
   * @param longestWait how long a piece may wait
   * @param weights how many turns in a row a kind has, 1 or more
   * @param bulkheads which kinds may begin another piece
   */
  public record Settings(
      String name,
      int width,
      int places,
      Duration longestWait,
      ToIntFunction<String> weights,
      Bulkheads bulkheads) {}

  /** Decides which kinds of work may begin another piece. */
  @FunctionalInterface
  public interface Bulkheads {
    /** All threads are everybody's. */
    Bulkheads NONE = (kind, running) -> true;

    /**
     * Whether a piece of the kind may begin on a thread that is free. Must not block.
     *
     * @param running how many pieces of each kind run; a kind of which none runs is not in it
     */
    boolean mayBegin(String kind, Map<String, Integer> running);
  }

  /** A piece of work: exactly one of its methods is called, once. */
  public interface Work {
    /** Does it, on one of the threads; throws nothing. */
    void run();

    /** Is told that it will not be run; must not block, and throws nothing. */
    void refuse();
  }

  private record Job(String kind, Work work, long since) {}

  /**
   * A pool without threads yet.
   *
   * @param nanoTime as {@link System#nanoTime}
   * @param waits is told how many nanoseconds each piece of work waited that is run; thread-safe
   */
  public FairPool(Settings settings, LongSupplier nanoTime, LongConsumer waits) {
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.waits = waits;
    queue = new FairQueue<>(settings.places(), settings.weights());
    threads =
        new ThreadPoolExecutor(
            settings.width(),
            settings.width(),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            daemons(settings.name()));
    threads.allowCoreThreadTimeOut(true);
    timer = new ScheduledThreadPoolExecutor(1, daemons(settings.name() + "-timer"));
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private static ThreadFactory daemons(String name) {
    var count = new AtomicInteger();
    return work -> {
      var thread = new Thread(work, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Starts the threads, which otherwise start with the first work. */
  public void prestart() {
    threads.prestartAllCoreThreads();
  }

  /**
   * Runs the work when its turn comes, or refuses it: at once when no place is left for it, later
   * when its time is over or others need the place more. Never blocks.
   *
   * @param path the kind first, then those who share what the kind has, of the same number for all
   *     work
   */
  public void begin(List<String> path, Work work) {
    enter(path, work, false);
  }

  /**
   * As {@link #begin}, for work that a caller's earlier work has led to: goes before the work of
   * the same path, and finds a place in any case.
   */
  public void resume(List<String> path, Work work) {
    enter(path, work, true);
  }

  private void enter(List<String> path, Work work, boolean first) {
    List<Job> refused = new ArrayList<>();
    List<Job> begun = new ArrayList<>();
    synchronized (lock) {
      long now = nanoTime.getAsLong();
      var job = new Job(path.get(0), work, now);
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
    refused.forEach(job -> job.work().refuse());
  }

  private void expire(long now, List<Job> expired) {
    queue.expire(now - settings.longestWait().toNanos(), expired::add);
  }

  private void countRefused(List<Job> refused) {
    refused.forEach(job -> refusedByKind.merge(job.kind(), 1L, Long::sum));
  }

  private void beginEligible(List<Job> begun) {
    Predicate<String> eligible = kind -> settings.bulkheads().mayBegin(kind, runningByKind);
    while (running < settings.width()) {
      var next = queue.poll(eligible);
      if (next.isEmpty()) {
        return;
      }
      begin(next.get(), begun);
    }
  }

  private boolean mayBeginAtOnce(String kind) {
    return queue.size() == 0
        && running < settings.width()
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

  /** Goes on with what comes next, since a hop to another thread would cost more. */
  private void work(Job first) {
    var job = first;
    while (job != null) {
      boolean keptItsWord = false;
      try {
        waits.accept(nanoTime.getAsLong() - job.since());
        job.work().run();
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
    refused.forEach(one -> one.work().refuse());
    return begun;
  }

  /** Threads may all be stuck, so that none of them comes to look. */
  private void scheduleSweep(long now) {
    var oldest = queue.oldestArrival();
    if (sweepIsDue || isClosed || oldest.isEmpty()) {
      return;
    }
    sweepIsDue = true;
    long due = oldest.getAsLong() + settings.longestWait().toNanos() - now;
    timer.schedule(this::sweep, Math.max(1, due), TimeUnit.NANOSECONDS);
  }

  /** Refuses what has waited too long. */
  void sweep() {
    List<Job> refused = new ArrayList<>();
    synchronized (lock) {
      sweepIsDue = false;
      long now = nanoTime.getAsLong();
      expire(now, refused);
      scheduleSweep(now);
      countRefused(refused);
    }
    refused.forEach(job -> job.work().refuse());
  }

  /** How many pieces would begin before one that came now, if no other came. */
  public int aheadOf(List<String> path) {
    synchronized (lock) {
      return queue.aheadOf(path);
    }
  }

  /** Whether no place is left for work of this path. */
  public boolean isFullFor(List<String> path) {
    synchronized (lock) {
      return isClosed || queue.isFullFor(path);
    }
  }

  /** How many pieces wait. */
  public int waiting() {
    synchronized (lock) {
      return queue.size();
    }
  }

  /** How many pieces may wait. */
  public int places() {
    return settings.places();
  }

  /** How many pieces run. */
  public int running() {
    synchronized (lock) {
      return running;
    }
  }

  /** How many pieces may run at once. */
  public int width() {
    return settings.width();
  }

  /** How many threads there are. */
  public int threads() {
    return threads.getPoolSize();
  }

  /** How many pieces have run to their end. */
  public long completed() {
    synchronized (lock) {
      return completed;
    }
  }

  /** How many pieces of the kind run. */
  public int running(String kind) {
    synchronized (lock) {
      return runningByKind.getOrDefault(kind, 0);
    }
  }

  /** How many pieces of the kind were refused. */
  public long refused(String kind) {
    synchronized (lock) {
      return refusedByKind.getOrDefault(kind, 0L);
    }
  }

  /** Since when the piece has waited that has waited longest, by the clock of the pool. */
  OptionalLong oldestArrival() {
    synchronized (lock) {
      return queue.oldestArrival();
    }
  }

  /**
   * Takes no new work; what waits is run when its turn comes, unless it has waited too long.
   * Returns without waiting.
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
}
