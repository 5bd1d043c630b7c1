package com.ecommerce.user.server.redis;

import com.ecommerce.user.core.limit.BucketKey;
import com.ecommerce.user.core.limit.BucketStore;
import com.ecommerce.user.core.limit.Rate;
import com.ecommerce.user.core.limit.Standing;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.Base16;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Buckets in Redis, shared by every instance that uses it; while Redis is away, those of this
 * process. Never blocks. Thread-safe.
 *
 * <p>Calls that wait for the same bucket at the same moment ask together, and a bucket of 100 calls
 * or more is asked for some in advance, a fiftieth of its burst, so that most calls need no round
 * trip. So an instance may hold back that many from the others; together they never grant more.
 */
public final class RedisBuckets implements BucketStore {
  private static final int MAX_BUCKETS = 50_000;
  private static final Duration PATIENCE = Duration.ofMillis(250);
  private static final int SLOW_ANSWERS = 3;
  private static final String PREFIX = "user-service:limit:";
  private static final String SCRIPT = script();
  private static final String DIGEST = Base16.digest(SCRIPT.getBytes(StandardCharsets.UTF_8));

  private final RedisConnection redis;
  private final BucketStore local;
  private final LongSupplier nanoTime;
  private final AtomicInteger slowAnswers = new AtomicInteger();
  private final Cache<BucketKey, SharedBucket> buckets =
      Caffeine.newBuilder().maximumSize(MAX_BUCKETS).executor(Runnable::run).build();

  /** What Redis says to a wish. */
  record Answer(int taken, long remaining, long nanosToNext, long nanosToFull) {
    private static Answer of(List<Long> numbers) {
      return new Answer(
          Math.toIntExact(numbers.get(0)),
          numbers.get(1),
          TimeUnit.MICROSECONDS.toNanos(numbers.get(2)),
          TimeUnit.MICROSECONDS.toNanos(numbers.get(3)));
    }
  }

  /**
   * @param local decides while Redis is away
   * @param nanoTime as {@link System#nanoTime}
   */
  public RedisBuckets(RedisConnection redis, BucketStore local, LongSupplier nanoTime) {
    this.redis = redis;
    this.local = local;
    this.nanoTime = nanoTime;
  }

  private static String script() {
    try (InputStream script = RedisBuckets.class.getResourceAsStream("take.lua")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException("the script is not in the jar", broken);
    }
  }

  @Override
  public CompletionStage<Standing> take(BucketKey key, Rate rate) {
    if (!redis.isWell()) {
      return local.take(key, rate);
    }
    return buckets
        .get(key, unknown -> new SharedBucket(this, key, rate))
        .take(nanoTime.getAsLong());
  }

  CompletionStage<Standing> takeLocally(BucketKey key, Rate rate) {
    return local.take(key, rate);
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /**
   * Asks Redis for calls.
   *
   * @return fails when there is no answer in time
   */
  CompletionStage<Answer> ask(BucketKey key, Rate rate, int wanted) {
    var commands = redis.commands();
    if (commands.isEmpty()) {
      return CompletableFuture.failedStage(new IllegalStateException("Redis is away"));
    }
    String[] keys = {PREFIX + key.limit() + ":" + key.caller()};
    String[] arguments = {
      String.format(Locale.ROOT, "%.3f", rate.nanosPerCall() / 1_000.0),
      Integer.toString(rate.burst()),
      Integer.toString(wanted)
    };
    return run(commands.get(), keys, arguments)
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(Answer::of)
        .whenComplete((answer, failure) -> note(failure));
  }

  private static CompletableFuture<List<Long>> run(
      RedisAsyncCommands<String, String> commands, String[] keys, String[] arguments) {
    try {
      return commands
          .<List<Long>>evalsha(DIGEST, ScriptOutputType.MULTI, keys, arguments)
          .toCompletableFuture()
          .exceptionallyCompose(
              failure ->
                  isUnknownScript(failure)
                      ? commands.eval(SCRIPT, ScriptOutputType.MULTI, keys, arguments)
                      : CompletableFuture.failedStage(failure));
    } catch (RedisException closed) {
      return CompletableFuture.failedFuture(closed);
    }
  }

  private static boolean isUnknownScript(Throwable failure) {
    return failure instanceof RedisNoScriptException
        || (failure instanceof CompletionException
            && failure.getCause() instanceof RedisNoScriptException);
  }

  /** A late answer may be a pause of this process; several are not. */
  private void note(Throwable failure) {
    if (failure == null) {
      if (slowAnswers.get() > 0) {
        slowAnswers.set(0);
      }
      return;
    }
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (!(cause instanceof TimeoutException) || slowAnswers.incrementAndGet() >= SLOW_ANSWERS) {
      redis.isAway(cause);
    }
  }
}
