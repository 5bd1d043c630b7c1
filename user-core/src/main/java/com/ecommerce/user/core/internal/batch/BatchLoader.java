package com.ecommerce.user.core.internal.batch;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Gathers what calls that wait at the same moment ask for, and answers it together. That starts
 * after all of it was asked for, so every caller sees what was committed before its call.
 * Cancellations and failures stay those of each call: common work is cancelled when all of its
 * calls are, and after a failure each is tried alone, beside the others. Thread-safe.
 *
 * @param <Q> what a call asks for
 * @param <A> what it gets
 */
public final class BatchLoader<Q, A> {
  /** The number of waiting calls at which another call is refused at once. */
  static final int MAX_WAITING = 10_000;

  private final Work<Q, A> work;
  private final Threads threads;
  private final Executor handingOut;
  private final int lanes;
  private final int maxBatch;
  private final Queue<PendingRequest<Q, A>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();

  /** Answers several calls at once. */
  @FunctionalInterface
  public interface Work<Q, A> {
    /**
     * @param together all of the calls; may block, but what comes after waits for it
     * @return an answer for each of what was asked, in the same order; null for what is to be tried
     *     alone
     */
    List<A> answer(RequestContext together, List<Asked<Q>> asked);

    /** For what failed in company; may block. */
    default A answerAlone(Asked<Q> asked) {
      return answer(asked.call(), List.of(asked)).get(0);
    }
  }

  /** Runs the lanes, and requests that are retried alone. */
  @FunctionalInterface
  public interface Threads {
    /**
     * Schedules the task. Runs or refuses it, immediately or later.
     *
     * @param call the call of the request that is retried alone, or the service's own call for a
     *     lane
     */
    void begin(RequestContext call, Workers.Task task);

    private static Threads of(Executor executor) {
      var workers = Workers.on(executor);
      return (call, task) -> workers.begin(call, RequestKind.ACCOUNTS, task);
    }
  }

  /** A question, and the call that asks it. */
  public record Asked<Q>(RequestContext call, Q question) {}

  /**
   * Creates a gatherer whose lanes hand out the answers themselves.
   *
   * @param work runs on the executor, which also completes the answers
   * @param lanes how much of it runs at once
   * @param maxBatch how many calls it answers at once at most
   */
  public BatchLoader(Work<Q, A> work, Executor executor, int lanes, int maxBatch) {
    this(work, executor, Runnable::run, lanes, maxBatch);
  }

  /** Does the same as the constructor, on threads that know the call of each task. */
  public static <Q, A> BatchLoader<Q, A> on(
      Threads threads, Work<Q, A> work, int lanes, int maxBatch) {
    return new BatchLoader<>(work, threads, Runnable::run, lanes, maxBatch);
  }

  /**
   * @param work runs on the executor
   * @param handingOut completes the answers of a lane for whose work others wait: what callers make
   *     of answers takes about as long as the work
   * @param lanes how much of it runs at once
   * @param maxBatch how many calls it answers at once at most
   */
  public BatchLoader(
      Work<Q, A> work, Executor executor, Executor handingOut, int lanes, int maxBatch) {
    this(work, Threads.of(executor), handingOut, lanes, maxBatch);
  }

  private BatchLoader(
      Work<Q, A> work, Threads threads, Executor handingOut, int lanes, int maxBatch) {
    this.work = work;
    this.threads = threads;
    this.handingOut = handingOut;
    this.lanes = lanes;
    this.maxBatch = maxBatch;
  }

  /**
   * Work that reads by key.
   *
   * @param query reads all keys at once; what it does not return does not exist
   * @param <K> with equals and hashCode
   */
  public static <K, V> Work<K, Optional<V>> reading(
      BiFunction<RequestContext, Set<K>, Map<K, V>> query) {
    return (together, asked) -> {
      var keys = asked.stream().map(Asked::question).collect(Collectors.toSet());
      var found = query.apply(together, keys);
      return asked.stream().map(one -> Optional.ofNullable(found.get(one.question()))).toList();
    };
  }

  /**
   * Never blocks.
   *
   * @return completed on a thread of the executors; fails with {@link RejectedExecutionException}
   *     at once when too many wait, and with what the executor throws when it takes no more and no
   *     lane runs
   */
  public CompletionStage<A> ask(RequestContext call, Q question) {
    if (waitingCount.incrementAndGet() > MAX_WAITING) {
      waitingCount.decrementAndGet();
      return CompletableFuture.failedFuture(new RejectedExecutionException("too many wait"));
    }
    var asking = new PendingRequest<Q, A>(call, question);
    waiting.add(asking);
    startLane();
    return asking.answer();
  }

  private void startLane() {
    int now = running.get();
    while (now < lanes) {
      if (running.compareAndSet(now, now + 1)) {
        run();
        return;
      }
      now = running.get();
    }
  }

  private void run() {
    threads.begin(
        RequestContext.system(),
        new Workers.Task() {
          @Override
          public void run() {
            drain();
          }

          @Override
          public void refuse(Throwable reason) {
            // The remaining lanes serve the waiting requests, if there are any lanes left.
            if (running.decrementAndGet() == 0) {
              refuseAll(reason);
            }
          }
        });
  }

  private void refuseAll(Throwable failure) {
    for (var next = nextWaiting(); next != null; next = nextWaiting()) {
      next.answer().completeExceptionally(failure);
    }
  }

  /** Throws nothing: whatever happens, the lane ends as one that others may follow. */
  private void drain() {
    List<PendingRequest<Q, A>> batch = List.of();
    try {
      batch = nextBatch();
      while (!batch.isEmpty()) {
        var answers = answer(batch);
        batch = nextBatch();
        handOut(answers, !batch.isEmpty());
      }
    } catch (RuntimeException | Error failure) {
      fail(batch, failure);
    } finally {
      running.decrementAndGet();
      // What was added after the last look found this lane still running.
      if (!waiting.isEmpty()) {
        startLane();
      }
    }
  }

  private List<PendingRequest<Q, A>> nextBatch() {
    List<PendingRequest<Q, A>> batch = new ArrayList<>();
    while (batch.size() < maxBatch) {
      var next = nextWaiting();
      if (next == null) {
        break;
      }
      if (next.isWanted()) {
        batch.add(next);
      }
    }
    return batch;
  }

  /** Null when none waits. */
  private PendingRequest<Q, A> nextWaiting() {
    var next = waiting.poll();
    if (next != null) {
      waitingCount.decrementAndGet();
    }
    return next;
  }

  /** Those that have no answer yet. */
  private static void fail(List<? extends PendingRequest<?, ?>> batch, Throwable failure) {
    batch.forEach(one -> one.answer().completeExceptionally(failure));
  }

  /** Does the work, and returns a task that hands the answers out. */
  private Runnable answer(List<PendingRequest<Q, A>> batch) {
    List<A> answers;
    try {
      answers = work.answer(together(batch), batch.stream().map(BatchLoader::asked).toList());
    } catch (RuntimeException | Error failure) {
      if (batch.size() == 1 || failure instanceof UserServiceException) {
        fail(batch, failure);
      } else {
        batch.forEach(this::tryAlone);
      }
      return () -> {};
    }
    return () -> complete(batch, answers);
  }

  private void handOut(Runnable answers, boolean othersWait) {
    if (!othersWait) {
      answers.run();
      return;
    }
    try {
      handingOut.execute(answers);
    } catch (RuntimeException | Error failure) {
      answers.run();
    }
  }

  private void complete(List<PendingRequest<Q, A>> batch, List<A> answers) {
    try {
      for (int i = 0; i < batch.size(); i++) {
        var one = batch.get(i);
        A answer = answers.get(i);
        if (answer == null) {
          tryAlone(one);
        } else {
          one.answer().complete(answer);
        }
      }
    } catch (RuntimeException | Error failure) {
      fail(batch, failure);
    }
  }

  private void tryAlone(PendingRequest<Q, A> one) {
    threads.begin(
        one.call(),
        new Workers.Task() {
          @Override
          public void run() {
            answerAlone(one);
          }

          @Override
          public void refuse(Throwable reason) {
            one.answer().completeExceptionally(reason);
          }
        });
  }

  private void answerAlone(PendingRequest<Q, A> one) {
    try {
      one.answer().complete(work.answerAlone(asked(one)));
    } catch (RuntimeException | Error failure) {
      one.answer().completeExceptionally(failure);
    }
  }

  private static <Q> Asked<Q> asked(PendingRequest<Q, ?> one) {
    return new Asked<>(one.call(), one.question());
  }

  private static <Q, A> RequestContext together(List<PendingRequest<Q, A>> batch) {
    return batch.size() == 1
        ? batch.get(0).call()
        : RequestContext.together(batch.stream().map(PendingRequest::call).toList());
  }
}
