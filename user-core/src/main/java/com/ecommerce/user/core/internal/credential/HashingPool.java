package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.credential.HashingStatistics;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.FairPool;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.Workers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The bounded pool of threads on which passwords are hashed, so that a flood of logins or
 * registrations neither starves other calls nor piles up, and one client's flood does not keep out
 * the others. Thread-safe.
 *
 * <p>Client networks take turns, as in {@link
 * com.ecommerce.user.core.internal.concurrent.FairQueue}, so a newcomer waits for at most one hash
 * of each other network, however many of them are waiting. Of eight hashes that begin while both
 * kinds wait, seven are for logins and one is for everything else, so that neither kind keeps the
 * other out. A network or kind that waits alone gets the whole pool.
 *
 * <p>A hash that cannot begin within {@link #LONGEST_WAIT} is refused immediately. The wait is
 * estimated from the duration of recent hashes, the number that run concurrently, and the number
 * that would begin before it. If others overtake a hash, it is refused when that time is over.
 */
public final class HashingPool implements AutoCloseable {
  /** The maximum time that a password waits for its hash to begin. */
  public static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private static final int LOGIN_TURNS = 7;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** The approximate number of recent hashes that the average covers. */
  private static final int AVERAGED = 8;

  private final FairPool pool;
  private final LongSupplier nanoTime;
  private final AtomicLong nanosPerHash;
  private final AtomicLong rejected = new AtomicLong();

  /** The purpose of a hash. */
  public enum Part {
    /** Logins. */
    LOGIN,
    /** Registrations, and passwords that are changed or reset. */
    OTHER
  }

  /**
   * Creates a pool whose threads are not started yet.
   *
   * @param threads the number of hashes that run concurrently
   * @param queue the maximum number of hashes that wait, even if the wait would be short; it bounds
   *     the memory where hashes are too fast for the time limit to do so
   * @param timePerHash the assumed duration of a hash until some have been measured
   * @param nanoTime a clock such as {@link System#nanoTime}
   * @param waits accepts the nanoseconds that each hash waited for its turn; thread-safe
   */
  public HashingPool(
      int threads, int queue, Duration timePerHash, LongSupplier nanoTime, LongConsumer waits) {
    this.nanoTime = nanoTime;
    nanosPerHash = new AtomicLong(timePerHash.toNanos());
    pool =
        new FairPool(
            new FairPool.Settings(
                "password-hash",
                threads,
                queue,
                LONGEST_WAIT,
                part -> part.equals(Part.LOGIN.name()) ? LOGIN_TURNS : 1,
                FairPool.Bulkheads.NONE,
                HashingPool::busy),
            nanoTime,
            waits);
  }

  /** Starts the threads. */
  public void start() {
    pool.prestart();
  }

  /**
   * Runs the work when its turn comes.
   *
   * @param call the call whose network takes the turn
   * @return the result, which completes on a thread of the pool: continue on another thread, since
   *     the next hash waits for this one. Fails with {@code HASHING_BUSY}, immediately if the work
   *     could not begin in time
   */
  public <T> CompletionStage<T> submit(RequestContext call, Part part, Supplier<T> work) {
    var path = path(call, part);
    if (cannotBeginInTime(path)) {
      return refuse();
    }
    var result = new CompletableFuture<T>();
    pool.begin(
        path,
        new Workers.Task() {
          @Override
          public void run() {
            try (var attached = call.log().attach()) {
              result.complete(measured(work));
            } catch (RuntimeException | Error failure) {
              result.completeExceptionally(failure);
            }
          }

          @Override
          public void refuse(Throwable reason) {
            result.completeExceptionally(reason);
          }
        });
    return result;
  }

  private static List<String> path(RequestContext call, Part part) {
    return List.of(part.name(), call.clientNetwork());
  }

  private boolean cannotBeginInTime(List<String> path) {
    return pool.running() >= pool.concurrency()
        && nanosUntilBegin(pool.aheadOf(path)) > LONGEST_WAIT.toNanos();
  }

  /** Assumes that running hashes are half done on average. */
  private double nanosUntilBegin(int ahead) {
    return nanosPerHash.get() * (ahead / (double) pool.concurrency() + 0.5 / pool.concurrency());
  }

  /** Does not measure failed work, since it may have failed before hashing. */
  private <T> T measured(Supplier<T> work) {
    long begin = nanoTime.getAsLong();
    T result = work.get();
    long time = nanoTime.getAsLong() - begin;
    nanosPerHash.updateAndGet(average -> average + (time - average) / AVERAGED);
    return result;
  }

  /**
   * Completes after the given time without hashing. Refuses whenever {@link #submit} would.
   *
   * @param workers complete the stage, which fails when they refuse it
   */
  <T> CompletionStage<T> pass(
      RequestContext call, Part part, T answer, Duration time, Workers workers) {
    var path = path(call, part);
    if (cannotBeginInTime(path) || pool.isFullFor(path)) {
      return refuse();
    }
    return new CompletableFuture<T>()
        .completeOnTimeout(answer, time.toNanos(), TimeUnit.NANOSECONDS)
        .thenCompose(passed -> workers.supplyResumed(call, RequestKind.SESSIONS, () -> passed));
  }

  private <T> CompletionStage<T> refuse() {
    rejected.incrementAndGet();
    return CompletableFuture.failedFuture(busy());
  }

  private static UserServiceException busy() {
    return UserServiceException.retryLater(
        ErrorReason.HASHING_BUSY,
        "too many passwords wait to be hashed (expected: a retry)",
        RETRY_AFTER);
  }

  /** Returns the current statistics of the pool. */
  public HashingStatistics statistics() {
    return new HashingStatistics(
        pool.waiting(), pool.running(), pool.concurrency(), usableCapacity(), rejections());
  }

  /** Returns the number of hashes that can wait and still begin in time. */
  private int usableCapacity() {
    double inTime =
        LONGEST_WAIT.toNanos() * (double) pool.concurrency() / Math.max(1, nanosPerHash.get());
    return (int) Math.max(1, Math.min(pool.capacity(), inTime));
  }

  private long rejections() {
    long late = 0;
    for (Part part : Part.values()) {
      late += pool.refused(part.name());
    }
    return rejected.get() + late;
  }

  /** Finishes what runs and what waits, then stops; takes no new work. Returns without waiting. */
  @Override
  public void close() {
    pool.close();
  }
}
