package com.ecommerce.user.server.redis;

import com.ecommerce.user.core.limit.BucketKey;
import com.ecommerce.user.core.limit.Rate;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.Base16;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Runs {@code take.lua}, which takes calls out of a bucket. Stateless. */
final class ConsumeScript {
  private static final String PREFIX = "user-service:limit:";
  private static final String SCRIPT = script();
  private static final String DIGEST = Base16.digest(SCRIPT.getBytes(StandardCharsets.UTF_8));

  private ConsumeScript() {}

  /** The answer of Redis to a wish. */
  record Answer(int taken, long remaining, long nanosToNext, long nanosToFull) {
    private static Answer of(List<Long> numbers) {
      return new Answer(
          Math.toIntExact(numbers.get(0)),
          numbers.get(1),
          TimeUnit.MICROSECONDS.toNanos(numbers.get(2)),
          TimeUnit.MICROSECONDS.toNanos(numbers.get(3)));
    }
  }

  private static String script() {
    try (InputStream script = ConsumeScript.class.getResourceAsStream("take.lua")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException("the script is not in the jar", broken);
    }
  }

  static CompletableFuture<Answer> run(
      RedisAsyncCommands<String, String> commands, BucketKey key, Rate rate, int wanted) {
    String[] keys = {PREFIX + key.limit() + ":" + key.caller()};
    String[] arguments = {
      String.format(Locale.ROOT, "%.3f", rate.nanosPerCall() / 1_000.0),
      Integer.toString(rate.burst()),
      Integer.toString(wanted)
    };
    try {
      return commands
          .<List<Long>>evalsha(DIGEST, ScriptOutputType.MULTI, keys, arguments)
          .toCompletableFuture()
          .exceptionallyCompose(
              failure ->
                  isUnknownScript(failure)
                      ? commands.eval(SCRIPT, ScriptOutputType.MULTI, keys, arguments)
                      : CompletableFuture.failedStage(failure))
          .thenApply(Answer::of);
    } catch (RedisException closed) {
      return CompletableFuture.failedFuture(closed);
    }
  }

  private static boolean isUnknownScript(Throwable failure) {
    return failure instanceof RedisNoScriptException
        || (failure instanceof CompletionException
            && failure.getCause() instanceof RedisNoScriptException);
  }
}
