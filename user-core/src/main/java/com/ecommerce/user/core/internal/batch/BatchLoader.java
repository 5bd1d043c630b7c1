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
 * Collects the requests of calls that wait at the same time, and answers them in batches, like the
 * DataLoader of GraphQL. For example, with a {@code concurrency} of 2, if 40 requests arrive while
 * two batches run, the next batch contains all 40 and needs one query.
 *
 * <p>A batch starts after all of its requests were made, so every caller sees what was committed
 * before its call. There is no delay to collect more requests: an idle loader starts at once, and
 * batches grow with the load, up to {@code maxBatch}. At most {@value #MAX_WAITING} requests wait.
 *
 * <p>Cancellations and failures of a call do not affect others. A batch is cancelled only when all
 * of its calls are, and after an unexpected failure each request is retried alone, concurrently
 * with the others. Thread-safe.
 *
 * @param <Q> the request of a call, such as a key
 * @param <A> its answer
 */
public final class BatchLoader<Q, A> {
  /** The number of waiting calls at which another call is refused at once. */
  static final int MAX_WAITING = 10_000;

  private final BatchFunction<Q, A> function;
  private final Threads threads;
  private final Executor completer;
  private final int concurrency;
  private final int maxBatch;
  private final Queue<PendingRequest<Q, A>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();

  /** Answers the requests of a batch. May block. */
  @FunctionalInterface
  public interface BatchFunction<Q, A> {
    /**
     * Answers the requests.
     *
     * @param together the context of all calls
     * @return the answer to each request, in the same order; null to try the request alone
     */
    List<A> answer(RequestContext together, List<Request<Q>> requests);

    /** Answers a request whose batch failed. */
    default A answerAlone(Request<Q> request) {
      return answer(request.call(), List.of(request)).get(0);
    }
  }

  /** Runs batches, and requests that are retried alone. */
  @FunctionalInterface
  public interface Threads {
    /**
     * Schedules the task. Runs or refuses it, immediately or later.
     *
     * @param call the call of the request that is retried alone, or the service's own call for
     *     batches
     */
    void begin(RequestContext call, Workers.Task task);

    private static Threads of(Executor executor) {
      var workers = Workers.on(executor);
      return (call, task) -> workers.begin(call, RequestKind.ACCOUNTS, task);
    }
  }

  /** A request, and the call that made it. */
  public record Request<Q>(RequestContext call, Q value) {}

  /**
   * Creates a loader whose threads know the call of each task, and complete the answers.
   *
   * @param concurrency the number of batches that run at once
   * @param maxBatch the maximum number of requests of a batch
   */
  public static <Q, A> BatchLoader<Q, A> on(
      Threads threads, BatchFunction<Q, A> function, int concurrency, int maxBatch) {
    return new BatchLoader<>(function, threads, Runnable::run, concurrency, maxBatch);
  }

  /**
   * Creates a loader.
   *
   * @param function runs on the executor
   * @param completer completes answers while further requests wait, since the callers of a batch
   *     take about as long to process their answers as the batch takes
   * @param concurrency the number of batches that run at once
   * @param maxBatch the maximum number of requests of a batch
   */
  public BatchLoader(
      BatchFunction<Q, A> function,
      Executor executor,
      Executor completer,
      int concurrency,
      int maxBatch) {
    this(function, Threads.of(executor), completer, concurrency, maxBatch);
  }

  private BatchLoader(
      BatchFunction<Q, A> function,
      Threads threads,
      Executor completer,
      int concurrency,
      int maxBatch) {
    this.function = function;
    this.threads = threads;
    this.completer = completer;
    this.concurrency = concurrency;
    this.maxBatch = maxBatch;
  }

  /**
   * Returns a function that reads by key.
   *
   * @param query reads all keys at once; keys that it does not return do not exist
   * @param <K> the type of the keys, with equals and hashCode
   */
  public static <K, V> BatchFunction<K, Optional<V>> reading(
      BiFunction<RequestContext, Set<K>, Map<K, V>> query) {
    return (together, requests) -> {
      var keys = requests.stream().map(Request::value).collect(Collectors.toSet());
      var found = query.apply(together, keys);
      return requests.stream().map(one -> Optional.ofNullable(found.get(one.value()))).toList();
    };
  }

  /**
   * Adds a request to the next batch. Never blocks.
   *
   * @return completes on a thread of the executors; fails with {@link RejectedExecutionException}
   *     at once if too many requests wait, and with the exception of the executor if it refuses the
   *     batch and no other batch runs
   */
  public CompletionStage<A> load(RequestContext call, Q request) {
    if (waitingCount.incrementAndGet() > MAX_WAITING) {
      waitingCount.decrementAndGet();
      return CompletableFuture.failedFuture(
          new RejectedExecutionException("too many requests are waiting"));
    }
    var pending = new PendingRequest<Q, A>(call, request);
    waiting.add(pending);
    startIfIdle();
    return pending.answer();
  }

  private void startIfIdle() {
    int now = running.get();
    while (now < concurrency) {
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
            // Batches that still run continue with the waiting requests, if there are any.
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

  /** Answers batches until no request waits. Throws nothing. */
  private void drain() {
    List<PendingRequest<Q, A>> batch = List.of();
    try {
      batch = nextBatch();
      while (!batch.isEmpty()) {
        var answers = answer(batch);
        batch = nextBatch();
        completeAll(answers, !batch.isEmpty());
      }
    } catch (RuntimeException | Error failure) {
      fail(batch, failure);
    } finally {
      running.decrementAndGet();
      // A request that was added after the last look may have found all threads busy.
      if (!waiting.isEmpty()) {
        startIfIdle();
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

  /** Returns null if no request waits. */
  private PendingRequest<Q, A> nextWaiting() {
    var next = waiting.poll();
    if (next != null) {
      waitingCount.decrementAndGet();
    }
    return next;
  }

  /** Fails the requests that have no answer yet. */
  private static void fail(List<? extends PendingRequest<?, ?>> batch, Throwable failure) {
    batch.forEach(one -> one.answer().completeExceptionally(failure));
  }

  /** Answers the batch, and returns a task that completes its requests. */
  private Runnable answer(List<PendingRequest<Q, A>> batch) {
    List<A> answers;
    try {
      answers = function.answer(together(batch), batch.stream().map(BatchLoader::request).toList());
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

  private void completeAll(Runnable answers, boolean othersWait) {
    if (!othersWait) {
      answers.run();
      return;
    }
    try {
      completer.execute(answers);
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
      one.answer().complete(function.answerAlone(request(one)));
    } catch (RuntimeException | Error failure) {
      one.answer().completeExceptionally(failure);
    }
  }

  private static <Q> Request<Q> request(PendingRequest<Q, ?> one) {
    return new Request<>(one.call(), one.value());
  }

  private static <Q, A> RequestContext together(List<PendingRequest<Q, A>> batch) {
    return batch.size() == 1
        ? batch.get(0).call()
        : RequestContext.together(batch.stream().map(PendingRequest::call).toList());
  }
}
