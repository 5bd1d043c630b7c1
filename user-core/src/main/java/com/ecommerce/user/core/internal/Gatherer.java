package com.ecommerce.user.core.internal;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.UserServiceException;
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
 * Gathers reads by key that wait at the same moment into one query. A query starts after all of its
 * reads were asked for, so every caller sees what was committed before its call. Cancellations and
 * failures stay those of each call: a query is cancelled when all of its calls are, and after a
 * failed query each read is tried alone. Thread-safe.
 *
 * @param <K> with equals and hashCode
 */
public final class Gatherer<K, V> {
  private final BiFunction<Call, Set<K>, Map<K, V>> query;
  private final Executor executor;
  private final int lanes;
  private final int maxBatch;
  private final Queue<Read<K, V>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger running = new AtomicInteger();

  private record Read<K, V>(Call call, K key, CompletableFuture<Optional<V>> answer) {}

  /**
   * @param query reads all keys at once; what it does not return does not exist; may block
   * @param executor runs the queries, and completes the answers
   * @param lanes how many queries run at once
   * @param maxBatch how many reads one query has at most
   */
  public Gatherer(
      BiFunction<Call, Set<K>, Map<K, V>> query, Executor executor, int lanes, int maxBatch) {
    this.query = query;
    this.executor = executor;
    this.lanes = lanes;
    this.maxBatch = maxBatch;
  }

  /** Reads one key. Never blocks; the answer is completed on a thread of the executor. */
  public CompletionStage<Optional<V>> read(Call call, K key) {
    var read = new Read<K, V>(call, key, new CompletableFuture<>());
    waiting.add(read);
    startLane();
    return read.answer();
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
    try {
      executor.execute(this::drain);
    } catch (RejectedExecutionException full) {
      running.decrementAndGet();
      for (var read : nextBatch()) {
        read.answer().completeExceptionally(full);
      }
    }
  }

  private void drain() {
    var batch = nextBatch();
    while (!batch.isEmpty()) {
      answer(batch);
      batch = nextBatch();
    }
    running.decrementAndGet();
    // A read that was added after the last look found this lane still running.
    if (!waiting.isEmpty()) {
      startLane();
    }
  }

  private List<Read<K, V>> nextBatch() {
    List<Read<K, V>> batch = new ArrayList<>();
    while (batch.size() < maxBatch) {
      var read = waiting.poll();
      if (read == null) {
        break;
      }
      var cancelled = read.call().cancellation().reason();
      if (cancelled.isPresent()) {
        read.answer().completeExceptionally(Call.cancelled(cancelled.get()));
      } else {
        batch.add(read);
      }
    }
    return batch;
  }

  private void answer(List<Read<K, V>> batch) {
    try {
      var found = query.apply(together(batch), keys(batch));
      batch.forEach(read -> read.answer().complete(Optional.ofNullable(found.get(read.key()))));
    } catch (RuntimeException | Error failure) {
      if (batch.size() == 1 || failure instanceof UserServiceException) {
        batch.forEach(read -> read.answer().completeExceptionally(failure));
        return;
      }
      batch.forEach(read -> answer(List.of(read)));
    }
  }

  private static <K, V> Set<K> keys(List<Read<K, V>> batch) {
    return batch.stream().map(Read::key).collect(Collectors.toSet());
  }

  private static <K, V> Call together(List<Read<K, V>> batch) {
    return batch.size() == 1
        ? batch.get(0).call()
        : Call.together(batch.stream().map(Read::call).toList());
  }
}
