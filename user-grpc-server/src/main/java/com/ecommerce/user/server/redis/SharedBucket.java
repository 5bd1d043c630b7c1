package com.ecommerce.user.server.redis;

import com.ecommerce.user.core.limit.BucketKey;
import com.ecommerce.user.core.limit.LimitResult;
import com.ecommerce.user.core.limit.Rate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The state of one bucket in Redis, asked at one rate, as far as this process knows it: the calls
 * that it took out in advance, and the time until which there are no more. One question is under
 * way at a time; calls that come meanwhile share the next one. Lock-free.
 */
final class SharedBucket {
  /** The part of a burst that is taken in advance. */
  private static final int ADVANCE = 50;

  private final RedisBuckets redis;
  private final BucketKey key;
  private final Rate rate;
  private final Queue<CompletableFuture<LimitResult>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean asking = new AtomicBoolean();

  /** Null before the first answer. */
  private volatile Known known;

  /**
   * The latest answer, when it was asked for, when it came, and what is left of the calls that were
   * taken in advance.
   */
  private record Known(ConsumeScript.Answer answer, long asked, long came, AtomicInteger inHand) {
    long nanosToNext(long now) {
      return answer.nanosToNext() - (now - came);
    }

    long nanosToFull(long now) {
      return Math.max(0, answer.nanosToFull() - (now - came));
    }

    /**
     * Takes one call from the hand. A call in hand is good until it has come back in Redis, where
     * others can take it; those that were taken last come back last.
     *
     * @return how many are left; -1 when there was none
     */
    int takeFromHand(long now, long nanosPerCall) {
      long missing = Math.max(0, answer.nanosToFull() - (now - asked)) / nanosPerCall;
      int before = inHand.getAndUpdate(count -> (int) Math.max(0, Math.min(count, missing) - 1));
      return (int) Math.min(before, missing) - 1;
    }
  }

  SharedBucket(RedisBuckets redis, BucketKey key, Rate rate) {
    this.redis = redis;
    this.key = key;
    this.rate = rate;
  }

  CompletionStage<LimitResult> take(long now) {
    var standing = withoutAsking(now);
    if (standing.isPresent()) {
      return CompletableFuture.completedFuture(standing.get());
    }
    var call = new CompletableFuture<LimitResult>();
    waiting.add(call);
    askIfNobodyDoes();
    return call;
  }

  /** From the hand, or since there is none to be had; empty when only Redis can say. */
  private Optional<LimitResult> withoutAsking(long now) {
    var latest = known;
    if (latest == null) {
      return Optional.empty();
    }
    int left = latest.takeFromHand(now, rate.nanosPerCall());
    if (left >= 0) {
      return Optional.of(granted(latest, left, now));
    }
    return latest.answer().remaining() == 0 && latest.nanosToNext(now) > 0
        ? Optional.of(refused(latest, now))
        : Optional.empty();
  }

  private LimitResult granted(Known latest, long inHand, long now) {
    long remaining = latest.answer().remaining() + inHand;
    long toNext = remaining > 0 ? 0 : Math.max(0, latest.nanosToNext(now));
    return new LimitResult(key.limit(), rate, true, remaining, toNext, latest.nanosToFull(now));
  }

  private LimitResult refused(Known latest, long now) {
    long toNext = Math.max(1, latest.nanosToNext(now));
    return new LimitResult(key.limit(), rate, false, 0, toNext, latest.nanosToFull(now));
  }

  private void askIfNobodyDoes() {
    if (waiting.isEmpty() || !asking.compareAndSet(false, true)) {
      return;
    }
    long now = redis.now();
    List<CompletableFuture<LimitResult>> calls = new ArrayList<>();
    List<Runnable> decided = new ArrayList<>();
    for (var call = waiting.poll(); call != null; call = waiting.poll()) {
      var waited = call;
      // The answer that it waited for may have come.
      withoutAsking(now)
          .ifPresentOrElse(
              standing -> decided.add(() -> waited.complete(standing)), () -> calls.add(waited));
    }
    if (calls.isEmpty()) {
      askNext();
    } else {
      ask(calls, now);
    }
    decided.forEach(Runnable::run);
  }

  private void ask(List<CompletableFuture<LimitResult>> calls, long asked) {
    int advance = Math.max(0, rate.burst() / ADVANCE - 1);
    redis
        .ask(key, rate, calls.size() + advance)
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                share(answer, asked, calls);
              } else {
                askNext();
                calls.forEach(this::decideLocally);
              }
            });
  }

  /** The hand was empty when the question was asked, and nobody else fills it. */
  private void share(
      ConsumeScript.Answer answer, long asked, List<CompletableFuture<LimitResult>> calls) {
    long now = redis.now();
    int spare = Math.max(0, answer.taken() - calls.size());
    var latest = new Known(answer, asked, now, new AtomicInteger(spare));
    known = latest;
    askNext();
    for (int i = 0; i < calls.size(); i++) {
      boolean isGranted = i < answer.taken();
      calls.get(i).complete(isGranted ? granted(latest, spare, now) : refused(latest, now));
    }
  }

  /** Before those who waited are told: what they do then shall not hold up the others. */
  private void askNext() {
    asking.set(false);
    askIfNobodyDoes();
  }

  private void decideLocally(CompletableFuture<LimitResult> call) {
    redis.takeLocally(key, rate).thenAccept(call::complete);
  }
}
