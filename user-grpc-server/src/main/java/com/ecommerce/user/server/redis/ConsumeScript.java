package com.ecommerce.user.server.redis;

import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.limit.BucketLimit;
import com.ecommerce.user.core.limit.LimitResult;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.Base16;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs {@code consume.lua}, which takes one call out of each of several buckets by the generic cell
 * rate algorithm, which the core uses for buckets in memory. Stateless.
 */
final class ConsumeScript {
  private static final String PREFIX = "user-service:limit:";
  private static final String SCRIPT = script();
  private static final String DIGEST = Base16.digest(SCRIPT.getBytes(StandardCharsets.UTF_8));

  /** The numbers that the script returns for each bucket. */
  private static final int NUMBERS = 4;

  private ConsumeScript() {}

  private static String script() {
    try (InputStream script = ConsumeScript.class.getResourceAsStream("consume.lua")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException("the script is not in the jar", broken);
    }
  }

  /** Returns the results of the buckets in order, up to the first refusal. */
  static CompletableFuture<List<LimitResult>> run(
      RedisAsyncCommands<String, String> commands, List<BucketLimit> buckets) {
    String[] keys =
        buckets.stream()
            .map(bucket -> PREFIX + bucket.key().limit() + ":" + bucket.key().caller())
            .toArray(String[]::new);
    String[] arguments = buckets.stream().flatMap(ConsumeScript::arguments).toArray(String[]::new);
    try {
      return commands
          .<List<Long>>evalsha(DIGEST, ScriptOutputType.MULTI, keys, arguments)
          .toCompletableFuture()
          .exceptionallyCompose(
              failure ->
                  Stages.unwrapped(failure) instanceof RedisNoScriptException
                      ? commands.eval(SCRIPT, ScriptOutputType.MULTI, keys, arguments)
                      : CompletableFuture.failedStage(failure))
          .thenApply(numbers -> results(buckets, numbers));
    } catch (RedisException closed) {
      return CompletableFuture.failedFuture(closed);
    }
  }

  private static Stream<String> arguments(BucketLimit bucket) {
    var rate = bucket.rate();
    return Stream.of(
        String.format(Locale.ROOT, "%.3f", rate.nanosPerCall() / 1_000.0),
        Integer.toString(rate.burst()));
  }

  private static List<LimitResult> results(List<BucketLimit> buckets, List<Long> numbers) {
    List<LimitResult> results = new ArrayList<>();
    for (int i = 0; i < numbers.size() / NUMBERS; i++) {
      var of = numbers.subList(NUMBERS * i, NUMBERS * (i + 1));
      results.add(
          new LimitResult(
              buckets.get(i).key().limit(),
              buckets.get(i).rate(),
              of.get(0) == 1,
              of.get(1),
              TimeUnit.MICROSECONDS.toNanos(of.get(2)),
              TimeUnit.MICROSECONDS.toNanos(of.get(3))));
    }
    return results;
  }
}
