package com.ecommerce.user.core.internal.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
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
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests a loader that converts texts to upper case, on a loop that runs when the test decides. */
class EventLoopBatchLoaderTest {
  private final Queue<Runnable> loop = new ArrayDeque<>();
  private final List<Query> queries = new ArrayList<>();
  private final List<String> wentOtherWay = new ArrayList<>();
  private boolean isLoopClosed;
  private Function<String, CompletionStage<Optional<String>>> otherWay =
      key -> CompletableFuture.completedStage(Optional.of("other way"));

  private final EventLoopBatchLoader<String, String> loader =
      new EventLoopBatchLoader<>(this::onLoop, this::query, this::goOtherWay, 3);

  private record Query(Set<String> keys, CompletableFuture<Map<String, String>> answer) {
    void succeed() {
      answer.complete(
          keys.stream()
              .filter(key -> !key.startsWith("unknown"))
              .collect(Collectors.toMap(Function.identity(), key -> key.toUpperCase(Locale.ROOT))));
    }
  }

  private void onLoop(Runnable action) {
    if (isLoopClosed) {
      throw new RejectedExecutionException("closed");
    }
    loop.add(action);
  }

  private CompletionStage<Map<String, String>> query(Set<String> keys) {
    if (keys.contains("unspeakable")) {
      throw new IllegalArgumentException("unspeakable");
    }
    var query = new Query(keys, new CompletableFuture<>());
    queries.add(query);
    return query.answer();
  }

  private CompletionStage<Optional<String>> goOtherWay(RequestContext call, String key) {
    wentOtherWay.add(key);
    return otherWay.apply(key);
  }

  private CompletableFuture<Optional<String>> read(String key) {
    return loader.load(RequestContext.system(), key).toCompletableFuture();
  }

  private void turn() {
    while (!loop.isEmpty()) {
      loop.remove().run();
    }
  }

  private List<Set<String>> asked() {
    return queries.stream().map(Query::keys).toList();
  }

  @Test
  void ask_thatArriveTogether_shareOneQuery() {
    var a = read("a");
    var again = read("a");
    var unknown = read("unknown");
    assertEquals(List.of(), asked(), "others may arrive in the same turn");

    turn();
    queries.get(0).succeed();

    assertEquals(List.of(Set.of("a", "unknown")), asked());
    assertEquals(Optional.of("A"), a.join());
    assertEquals(Optional.of("A"), again.join());
    assertEquals(Optional.empty(), unknown.join());
    assertEquals(List.of(), wentOtherWay);
  }

  @Test
  void ask_whileAQueryRuns_waitsForTheNext_whichRunsBeforeAnswersAreHandedOut() {
    var early = read("early");
    turn();
    var late = read("late");
    turn();
    assertEquals(List.of(Set.of("early")), asked(), "it would not see what is committed now");
    var askedAtFirstAnswer = early.thenApply(answer -> asked());

    queries.get(0).succeed();

    assertEquals(List.of(Set.of("early"), Set.of("late")), askedAtFirstAnswer.join());
    assertFalse(late.isDone());
    queries.get(1).succeed();
    assertEquals(Optional.of("LATE"), late.join());
  }

  @Test
  void ask_moreThanABatch_takesFurtherQueries() {
    var reads = IntStream.range(0, 7).mapToObj(i -> read("k" + i)).toList();
    turn();

    for (int i = 0; i < 3; i++) {
      queries.get(i).succeed();
    }

    assertEquals(List.of(3, 3, 1), asked().stream().map(Set::size).toList());
    assertTrue(reads.stream().allMatch(CompletableFuture::isDone));
    assertEquals(Optional.of("K6"), reads.get(6).join());
  }

  @Test
  void ask_afterAnIdleTime_startsAgain() {
    read("a");
    turn();
    queries.get(0).succeed();

    var b = read("b");
    turn();
    queries.get(1).succeed();

    assertEquals(Optional.of("B"), b.join());
  }

  @Test
  void queryThatFails_sendsEachTheOtherWay_andTheNextGoOn() {
    var a = read("a");
    var b = read("b");
    turn();
    var next = read("next");

    queries.get(0).answer().completeExceptionally(new IllegalStateException("lost"));
    queries.get(1).succeed();

    assertEquals(List.of("a", "b"), wentOtherWay);
    assertEquals(Optional.of("other way"), a.join());
    assertEquals(Optional.of("other way"), b.join());
    assertEquals(Optional.of("NEXT"), next.join());
  }

  @Test
  void queryThatCannotBeAsked_sendsEachTheOtherWay() {
    var read = read("unspeakable");
    turn();

    assertEquals(Optional.of("other way"), read.join());
  }

  @Test
  void otherWayThatFails_failsTheCall() {
    otherWay = key -> CompletableFuture.failedFuture(new IllegalStateException("away"));
    var read = read("unspeakable");
    turn();

    assertEquals("away", failureOf(read).getMessage());
  }

  @Test
  void otherWayThatCannotEvenBeTried_failsThatCallOnly() {
    otherWay =
        key -> {
          if (key.equals("a")) {
            throw new IllegalStateException("away");
          }
          return CompletableFuture.completedStage(Optional.of("other way"));
        };
    var a = read("a");
    var b = read("unspeakable");
    turn();

    assertEquals("away", failureOf(a).getMessage());
    assertEquals(Optional.of("other way"), b.join());
  }

  @Test
  void callThatCannotTellWhetherItIsWanted_failsAlone() {
    var broken =
        loader
            .load(
                new RequestContext(
                    Actor.SYSTEM,
                    "local",
                    cancelledBy(
                        () -> {
                          throw new IllegalStateException("broken");
                        })),
                "a")
            .toCompletableFuture();
    var b = read("b");
    turn();
    queries.get(0).succeed();

    assertEquals("broken", failureOf(broken).getMessage());
    assertEquals(Optional.of("B"), b.join());
  }

  @Test
  void cancelledCalls_areNotAskedFor() {
    var cancelled =
        loader
            .load(
                new RequestContext(
                    Actor.SYSTEM,
                    "local",
                    cancelledBy(() -> Optional.of(ErrorReason.DEADLINE_EXCEEDED))),
                "a")
            .toCompletableFuture();
    var b = read("b");
    turn();
    queries.get(0).succeed();

    assertEquals(List.of(Set.of("b")), asked());
    assertEquals(Optional.of("B"), b.join());
    var failure = (UserServiceException) failureOf(cancelled);
    assertEquals(ErrorReason.DEADLINE_EXCEEDED, failure.reason());
  }

  @Test
  void loopThatTakesNothing_sendsTheOtherWay() {
    isLoopClosed = true;
    assertEquals(Optional.of("other way"), read("a").join());

    isLoopClosed = false;
    var b = read("b");
    turn();
    queries.get(0).succeed();

    assertEquals(Optional.of("B"), b.join());
    assertEquals(List.of("a"), wentOtherWay);
  }

  @Test
  void tooManyWaiting_goTheOtherWayAtOnce() {
    IntStream.range(0, EventLoopBatchLoader.MAX_WAITING).forEach(i -> read("k" + i));

    assertEquals(Optional.of("other way"), read("more").join());

    turn();
    assertEquals(List.of("more"), wentOtherWay);
    assertEquals(1, queries.size());
  }

  private static Cancellation cancelledBy(Supplier<Optional<ErrorReason>> reason) {
    return new Cancellation() {
      @Override
      public Optional<ErrorReason> reason() {
        return reason.get();
      }

      @Override
      public Registration onCancel(Runnable action) {
        throw new AssertionError("nothing runs for it");
      }
    };
  }

  private static Throwable failureOf(CompletableFuture<?> read) {
    return assertThrows(CompletionException.class, read::join).getCause();
  }
}
