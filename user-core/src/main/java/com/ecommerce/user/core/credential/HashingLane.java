package com.ecommerce.user.core.credential;

import com.ecommerce.user.core.call.LogContext;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * The bounded lane on which passwords are hashed, so that a flood of logins or registrations
 * neither starves other calls nor piles up: when all places are taken, the next caller is refused
 * at once. Thread-safe.
 */
public final class HashingLane implements AutoCloseable {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final ThreadPoolExecutor threads;
  private final int places;
  private final LongConsumer waits;
  private final AtomicLong rejected = new AtomicLong();

  /**
   * @param width how many hashes run at once
   * @param places how many more may wait
   */
  public HashingLane(int width, int places) {
    this(width, places, nanoseconds -> {});
  }

  /**
   * @param waits is told of each piece of work how many nanoseconds it waited for its turn;
   *     thread-safe
   */
  public HashingLane(int width, int places, LongConsumer waits) {
    this.places = places;
    this.waits = waits;
    threads =
        new ThreadPoolExecutor(
            width,
            width,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(places),
            named(new AtomicInteger()));
  }

  private static ThreadFactory named(AtomicInteger count) {
    return work -> {
      var thread = new Thread(work, "password-hash-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  public void start() {
    threads.prestartAllCoreThreads();
  }

  /**
   * Runs the work when its turn comes.
   *
   * @return completes on a thread of the lane, which the next piece of work waits for: continue on
   *     another one; fails with {@code HASHING_BUSY} at once when all places are taken
   */
  public <T> CompletionStage<T> submit(Supplier<T> work) {
    long begin = System.nanoTime();
    var log = LogContext.current();
    try {
      return CompletableFuture.supplyAsync(
          () -> {
            waits.accept(System.nanoTime() - begin);
            try (var attached = log.attach()) {
              return work.get();
            }
          },
          threads);
    } catch (RejectedExecutionException full) {
      return refuse();
    }
  }

  /**
   * Answers after the time, without hashing; refuses like {@link #submit} when all places are
   * taken.
   *
   * @param executor completes the stage, which fails when it takes no more
   */
  <T> CompletionStage<T> pass(T answer, Duration time, Executor executor) {
    if (threads.getQueue().remainingCapacity() == 0) {
      return refuse();
    }
    return new CompletableFuture<T>()
        .completeOnTimeout(answer, time.toNanos(), TimeUnit.NANOSECONDS)
        .thenApplyAsync(Function.identity(), executor);
  }

  private <T> CompletionStage<T> refuse() {
    rejected.incrementAndGet();
    return CompletableFuture.failedFuture(
        UserServiceException.retryLater(
            ErrorReason.HASHING_BUSY,
            "too many passwords wait to be hashed (expected: a retry)",
            RETRY_AFTER));
  }

  /** How many pieces of work wait. */
  public int waiting() {
    return threads.getQueue().size();
  }

  /** How many pieces of work run. */
  public int running() {
    return threads.getActiveCount();
  }

  /** How many pieces of work were refused since the start. */
  public long rejected() {
    return rejected.get();
  }

  public HashingStatistics statistics() {
    return new HashingStatistics(
        waiting(), running(), threads.getMaximumPoolSize(), places, rejected());
  }

  /** Finishes what runs and what waits, then stops; takes no new work. Returns without waiting. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
