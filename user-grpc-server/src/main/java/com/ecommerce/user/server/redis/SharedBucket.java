package com.ecommerce.user.server.redis;

import com.ecommerce.user.core.limit.BucketKey;
import com.ecommerce.user.core.limit.Rate;
import com.ecommerce.user.core.limit.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What this process knows of one bucket in Redis, asked at one rate: calls that it took out in
 * advance, and until when there is none to be had. One question is under way at a time; calls that
 * come meanwhile share the next one. Lock-free.
 */
final class SharedBucket {
  /** The part of a burst that is taken in advance. */
  private static final int ADVANCE = 50;

  private final RedisBuckets redis;
  private final BucketKey key;
  private final Rate rate;
  private final AtomicInteger held = new AtomicInteger();
  private final Queue<CompletableFuture<Standing>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile Known known;

  /** The latest answer, and when it came. */
  private record Known(TakeScript.Answer answer, long at) {
    long nanosToNext(long now) {
      return answer.nanosToNext() - (now - at);
    }

    long nanosToFull(long now) {
      return Math.max(0, answer.nanosToFull() - (now - at));
    }
  }

  SharedBucket(RedisBuckets redis, BucketKey key, Rate rate) {
    this.redis = redis;
    this.key = key;
    this.rate = rate;
  }

  CompletionStage<Standing> take(long now) {
    int before = held.getAndUpdate(count -> Math.max(0, count - 1));
    var latest = known;
    if (before > 0 && latest != null) {
      return CompletableFuture.completedFuture(granted(latest, before - 1L, now));
    }
    if (latest != null && latest.answer().remaining() == 0 && latest.nanosToNext(now) > 0) {
      return CompletableFuture.completedFuture(refused(latest, now));
    }
    var call = new CompletableFuture<Standing>();
    waiting.add(call);
    askIfNobodyDoes();
    return call;
  }

  private Standing granted(Known latest, long inHand, long now) {
    long remaining = latest.answer().remaining() + inHand;
    long toNext = remaining > 0 ? 0 : Math.max(0, latest.nanosToNext(now));
    return new Standing(key.limit(), rate, true, remaining, toNext, latest.nanosToFull(now));
  }

  private Standing refused(Known latest, long now) {
    long toNext = Math.max(1, latest.nanosToNext(now));
    return new Standing(key.limit(), rate, false, 0, toNext, latest.nanosToFull(now));
  }

  private void askIfNobodyDoes() {
    if (waiting.isEmpty() || !asking.compareAndSet(false, true)) {
      return;
    }
    List<CompletableFuture<Standing>> calls = new ArrayList<>();
    for (var call = waiting.poll(); call != null; call = waiting.poll()) {
      calls.add(call);
    }
    int advance = Math.max(0, rate.burst() / ADVANCE - 1);
    redis
        .ask(key, rate, calls.size() + advance)
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                share(answer, calls);
              } else {
                askNext();
                calls.forEach(this::decideLocally);
              }
            });
  }

  private void share(TakeScript.Answer answer, List<CompletableFuture<Standing>> calls) {
    long now = redis.now();
    var latest = new Known(answer, now);
    known = latest;
    int spare = Math.max(0, answer.taken() - calls.size());
    held.addAndGet(spare);
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

  private void decideLocally(CompletableFuture<Standing> call) {
    redis.takeLocally(key, rate).thenAccept(call::complete);
  }
}
