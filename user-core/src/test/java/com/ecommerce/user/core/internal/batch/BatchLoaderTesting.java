package com.ecommerce.user.core.internal.batch;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.request.RequestContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The base of tests of a loader that converts texts to upper case. Its tasks run when the test
 * decides.
 */
abstract class BatchLoaderTesting {
  final Queue<Runnable> scheduled = new ArrayDeque<>();
  final List<Set<String>> queries = new ArrayList<>();
  final List<RequestContext> queryCalls = new ArrayList<>();
  final BatchLoader<String, Optional<String>> loader =
      new BatchLoader<>(BatchLoader.reading(this::query), scheduled::add, scheduled::add, 1, 3);

  Map<String, String> query(RequestContext call, Set<String> keys) {
    queries.add(keys);
    queryCalls.add(call);
    if (keys.contains("poison")) {
      throw new IllegalStateException("poisoned");
    }
    return keys.stream()
        .filter(key -> !key.startsWith("unknown"))
        .collect(Collectors.toMap(Function.identity(), key -> key.toUpperCase(Locale.ROOT)));
  }

  CompletableFuture<Optional<String>> read(String key) {
    return loader.load(RequestContext.system(), key).toCompletableFuture();
  }

  void runAll() {
    while (!scheduled.isEmpty()) {
      scheduled.poll().run();
    }
  }

  static Throwable failureOf(CompletableFuture<?> stage) {
    assertTrue(stage.isDone(), "it waits for ever");
    return assertThrows(CompletionException.class, stage::join).getCause();
  }
}
