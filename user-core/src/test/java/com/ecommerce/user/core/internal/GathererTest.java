package com.ecommerce.user.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.call.Actor;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.call.Cancellation;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GathererTest {
  private final Queue<Runnable> scheduled = new ArrayDeque<>();
  private final List<Set<String>> queries = new ArrayList<>();
  private final List<Call> queryCalls = new ArrayList<>();
  private final Gatherer<String, String> gatherer =
      new Gatherer<>(this::query, scheduled::add, 1, 3);

  private Map<String, String> query(Call call, Set<String> keys) {
    queries.add(keys);
    queryCalls.add(call);
    if (keys.contains("poison")) {
      throw new IllegalStateException("poisoned");
    }
    return keys.stream()
        .filter(key -> !key.startsWith("unknown"))
        .collect(Collectors.toMap(Function.identity(), String::toUpperCase));
  }

  @Test
  void read_thatWaitTogether_shareOneQuery() {
    var a = read("a");
    var again = read("a");
    var unknown = read("unknown");

    runAll();

    assertEquals(List.of(Set.of("a", "unknown")), queries);
    assertEquals(Optional.of("A"), a.join());
    assertEquals(Optional.of("A"), again.join());
    assertEquals(Optional.empty(), unknown.join());
  }

  @Test
  void read_moreThanABatch_takesFurtherQueries() {
    var reads = IntStream.range(0, 7).mapToObj(i -> read("k" + i)).toList();

    runAll();

    assertEquals(List.of(3, 3, 1), queries.stream().map(Set::size).toList());
    assertTrue(reads.stream().allMatch(CompletableFuture::isDone));
  }

  @Test
  void read_startsItsQueryAfterIt() {
    read("early");
    assertEquals(List.of(), queries, "no query runs on the caller's thread");
    runAll();

    read("late");
    runAll();

    assertEquals(List.of(Set.of("early"), Set.of("late")), queries);
  }

  @Test
  void read_poisonedOne_failsAlone() {
    var good = read("good");
    var poisoned = read("poison");

    runAll();

    assertEquals(Optional.of("GOOD"), good.join());
    var failure = assertThrows(CompletionException.class, poisoned::join);
    assertEquals("poisoned", failure.getCause().getMessage());
  }

  @Test
  void read_cancelledWhileItWaits_isNotQueried() {
    var cancelled = new Switch();
    var gone = gatherer.read(cancelled.call(), "gone").toCompletableFuture();
    var wanted = read("wanted");
    cancelled.cancel();

    runAll();

    assertEquals(List.of(Set.of("wanted")), queries);
    assertEquals(Optional.of("WANTED"), wanted.join());
    var failure = assertThrows(CompletionException.class, gone::join);
    assertEquals(ErrorReason.CALL_CANCELLED, ((UserServiceException) failure.getCause()).reason());
  }

  @Test
  void read_query_isCancelledWhenAllOfItsCallsAre() {
    var first = new Switch();
    var second = new Switch();
    gatherer.read(first.call(), "a");
    gatherer.read(second.call(), "b");
    runAll();
    var stopped = new ArrayList<String>();
    queryCalls.get(0).cancellation().onCancel(() -> stopped.add("stopped"));

    first.cancel();
    assertEquals(List.of(), stopped);
    assertFalse(queryCalls.get(0).cancellation().reason().isPresent());

    second.cancel();
    assertEquals(List.of("stopped"), stopped);
    assertTrue(queryCalls.get(0).cancellation().reason().isPresent());
  }

  @Test
  void read_whenTheExecutorIsFull_failsAtOnceAndRecovers() {
    var accepting = new ArrayList<Boolean>(List.of(false));
    var full =
        new Gatherer<String, String>(
            this::query,
            work -> {
              if (!accepting.get(0)) {
                throw new RejectedExecutionException("full");
              }
              work.run();
            },
            1,
            3);
    var refused = full.read(Call.system(), "a").toCompletableFuture();
    accepting.set(0, true);

    assertInstanceOfRejected(refused);
    assertEquals(Optional.of("B"), full.read(Call.system(), "b").toCompletableFuture().join());
  }

  private static void assertInstanceOfRejected(CompletableFuture<?> refused) {
    var failure = assertThrows(CompletionException.class, refused::join);
    assertTrue(failure.getCause() instanceof RejectedExecutionException);
  }

  @Test
  void read_fromManyThreads_losesNone() {
    var callers = Executors.newFixedThreadPool(4);
    var lanes = Executors.newFixedThreadPool(2);
    try {
      var busy =
          new Gatherer<Integer, Integer>(
              (call, keys) ->
                  keys.stream().collect(Collectors.toMap(Function.identity(), key -> key + 1)),
              lanes,
              2,
              16);
      var answers =
          IntStream.range(0, 20_000)
              .mapToObj(
                  key ->
                      CompletableFuture.supplyAsync(() -> busy.read(Call.system(), key), callers)
                          .thenCompose(stage -> stage))
              .toList();

      for (int key = 0; key < answers.size(); key++) {
        assertEquals(Optional.of(key + 1), answers.get(key).join());
      }
    } finally {
      callers.shutdownNow();
      lanes.shutdownNow();
    }
  }

  private CompletableFuture<Optional<String>> read(String key) {
    return gatherer.read(Call.system(), key).toCompletableFuture();
  }

  private void runAll() {
    while (!scheduled.isEmpty()) {
      scheduled.poll().run();
    }
  }

  /** A call that can be cancelled. */
  private static final class Switch implements Cancellation {
    private final List<Runnable> actions = new ArrayList<>();
    private boolean cancelled;

    Call call() {
      return new Call(Actor.SYSTEM, "local", this);
    }

    void cancel() {
      cancelled = true;
      actions.forEach(Runnable::run);
    }

    @Override
    public Optional<ErrorReason> reason() {
      return cancelled ? Optional.of(ErrorReason.CALL_CANCELLED) : Optional.empty();
    }

    @Override
    public Registration onCancel(Runnable action) {
      actions.add(action);
      return () -> actions.remove(action);
    }
  }
}
