package com.ecommerce.user.core.internal.batch;

import com.ecommerce.user.core.request.RequestContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects reads by key like {@link BatchLoader}, on an event loop: reads that arrive together, or
 * while a query runs, form the next query. If a query fails, its reads use the fallback, which
 * handles failures, retries and cancelled statements. Used only on the loop's thread.
 *
 * @param <K> the type of the keys, with equals and hashCode
 * @param <V> the type of the values
 */
public final class EventLoopBatchLoader<K, V> {
  /** The number of waiting reads at which another read uses the fallback at once. */
  static final int MAX_WAITING = 10_000;

  private static final Logger log = LoggerFactory.getLogger(EventLoopBatchLoader.class);

  private final Executor loop;
  private final Function<Set<K>, CompletionStage<Map<K, V>>> query;
  private final BiFunction<RequestContext, K, CompletionStage<Optional<V>>> fallback;
  private final int maxBatch;
  private final Queue<PendingRequest<K, Optional<V>>> waiting = new ArrayDeque<>();

  /** True while a query runs or is about to run. */
  private boolean isBusy;

  /**
   * Creates a loader.
   *
   * @param loop runs actions on its thread, after the events that have already arrived there
   * @param query reads all keys at once, and completes on the loop's thread; keys that it does not
   *     return do not exist
   * @param maxBatch the maximum number of keys of a query
   */
  public EventLoopBatchLoader(
      Executor loop,
      Function<Set<K>, CompletionStage<Map<K, V>>> query,
      BiFunction<RequestContext, K, CompletionStage<Optional<V>>> fallback,
      int maxBatch) {
    this.loop = loop;
    this.query = query;
    this.fallback = fallback;
    this.maxBatch = maxBatch;
  }

  /**
   * Adds a key to the next query. Never blocks.
   *
   * @return completes on the loop's thread, or by the fallback; empty if there is no such value
   */
  public CompletionStage<Optional<V>> load(RequestContext call, K key) {
    if (waiting.size() >= MAX_WAITING) {
      return fallback.apply(call, key);
    }
    var one = new PendingRequest<K, Optional<V>>(call, key);
    waiting.add(one);
    if (!isBusy) {
      start();
    }
    return one.answer();
  }

  private void start() {
    isBusy = true;
    try {
      loop.execute(this::queryNext);
    } catch (RuntimeException closed) {
      isBusy = false;
      log.debug("The event loop has been closed", closed);
      waiting.forEach(this::useFallback);
      waiting.clear();
    }
  }

  private void queryNext() {
    var batch = nextBatch();
    isBusy = !batch.isEmpty();
    if (isBusy) {
      var keys = batch.stream().map(PendingRequest::value).collect(Collectors.toSet());
      query(keys)
          .whenComplete(
              (found, failure) -> {
                // The next query is sent first, so that the database works while the answers are
                // completed.
                queryNext();
                complete(batch, found, failure);
              });
    }
  }

  private CompletionStage<Map<K, V>> query(Set<K> keys) {
    try {
      return query.apply(keys);
    } catch (RuntimeException | Error failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private List<PendingRequest<K, Optional<V>>> nextBatch() {
    List<PendingRequest<K, Optional<V>>> batch = new ArrayList<>();
    while (batch.size() < maxBatch && !waiting.isEmpty()) {
      var next = waiting.remove();
      if (next.isWanted()) {
        batch.add(next);
      }
    }
    return batch;
  }

  private void complete(
      List<PendingRequest<K, Optional<V>>> batch, Map<K, V> found, Throwable failure) {
    if (failure != null) {
      log.debug("Reads use the fallback", failure);
      batch.forEach(this::useFallback);
      return;
    }
    batch.forEach(one -> one.answer().complete(Optional.ofNullable(found.get(one.value()))));
  }

  private void useFallback(PendingRequest<K, Optional<V>> one) {
    try {
      fallback
          .apply(one.call(), one.value())
          .whenComplete((value, failure) -> complete(one.answer(), value, failure));
    } catch (RuntimeException | Error failure) {
      one.answer().completeExceptionally(failure);
    }
  }

  private static <A> void complete(CompletableFuture<A> answer, A value, Throwable failure) {
    if (failure == null) {
      answer.complete(value);
    } else {
      answer.completeExceptionally(failure);
    }
  }
}
