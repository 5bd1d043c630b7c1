package com.ecommerce.user.core.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.call.Actor;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.call.Cancellation;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
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
  private final Gatherer<String, Optional<String>> gatherer =
      new Gatherer<>(Gatherer.reading(this::query), scheduled::add, scheduled::add, 1, 3);

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
  void ask_thatWaitTogether_shareOneQuery() {
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
  void ask_moreThanABatch_takesFurtherQueries() {
    var reads = IntStream.range(0, 7).mapToObj(i -> read("k" + i)).toList();

    runAll();

    assertEquals(List.of(3, 3, 1), queries.stream().map(Set::size).toList());
    assertTrue(reads.stream().allMatch(CompletableFuture::isDone));
  }

  @Test
  void ask_whileOthersWait_itsAnswerDoesNotHoldThemUp() {
    var first = IntStream.range(0, 3).mapToObj(i -> read("k" + i)).toList();
    var waiting = read("waiting");

    scheduled.remove().run();

    assertEquals(Optional.of("WAITING"), waiting.join());
    assertTrue(first.stream().noneMatch(CompletableFuture::isDone));

    scheduled.remove().run();

    assertEquals(Optional.of("K0"), first.get(0).join());
    assertTrue(first.stream().allMatch(CompletableFuture::isDone));
  }

  @Test
  void ask_whenNoOtherThreadIsFree_itsAnswerComesAllTheSame() {
    var busy =
        new Gatherer<>(
            Gatherer.reading(this::query),
            scheduled::add,
            task -> {
              throw new RejectedExecutionException("full");
            },
            1,
            1);
    var first = busy.ask(Call.system(), "a").toCompletableFuture();
    var second = busy.ask(Call.system(), "b").toCompletableFuture();

    runAll();

    assertEquals(Optional.of("A"), first.join());
    assertEquals(Optional.of("B"), second.join());
  }

  @Test
  void ask_startsItsQueryAfterIt() {
    read("early");
    assertEquals(List.of(), queries, "no query runs on the caller's thread");
    runAll();

    read("late");
    runAll();

    assertEquals(List.of(Set.of("early"), Set.of("late")), queries);
  }

  @Test
  void ask_poisonedOne_failsAlone() {
    var good = read("good");
    var poisoned = read("poison");

    runAll();

    assertEquals(Optional.of("GOOD"), good.join());
    var failure = assertThrows(CompletionException.class, poisoned::join);
    assertEquals("poisoned", failure.getCause().getMessage());
  }

  @Test
  void ask_whatIsNotAnsweredInCompany_isTriedAlone() {
    var batches = new ArrayList<List<String>>();
    var shy =
        new Gatherer<String, String>(
            (call, asked) -> {
              batches.add(asked.stream().map(Gatherer.Asked::question).toList());
              return asked.size() == 1 ? List.of("alone") : Arrays.asList("together", null);
            },
            scheduled::add,
            1,
            3);
    var first = shy.ask(Call.system(), "a").toCompletableFuture();
    var second = shy.ask(Call.system(), "b").toCompletableFuture();

    runAll();

    assertEquals(List.of(List.of("a", "b"), List.of("b")), batches);
    assertEquals("together", first.join());
    assertEquals("alone", second.join());
  }

  @Test
  void ask_cancelledWhileItWaits_isNotQueried() {
    var cancelled = new Switch();
    var gone = gatherer.ask(cancelled.call(), "gone").toCompletableFuture();
    var wanted = read("wanted");
    cancelled.cancel();

    runAll();

    assertEquals(List.of(Set.of("wanted")), queries);
    assertEquals(Optional.of("WANTED"), wanted.join());
    var failure = assertThrows(CompletionException.class, gone::join);
    assertEquals(ErrorReason.CALL_CANCELLED, ((UserServiceException) failure.getCause()).reason());
  }

  @Test
  void ask_query_isCancelledWhenAllOfItsCallsAre() {
    var first = new Switch();
    var second = new Switch();
    gatherer.ask(first.call(), "a");
    gatherer.ask(second.call(), "b");
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
  void ask_whenTheExecutorIsFull_failsAtOnceAndRecovers() {
    var accepting = new ArrayList<Boolean>(List.of(false));
    var full =
        new Gatherer<String, Optional<String>>(
            Gatherer.reading(this::query),
            work -> {
              if (!accepting.get(0)) {
                throw new RejectedExecutionException("full");
              }
              work.run();
            },
            1,
            3);
    var refused = full.ask(Call.system(), "a").toCompletableFuture();
    accepting.set(0, true);

    assertInstanceOfRejected(refused);
    assertEquals(Optional.of("B"), full.ask(Call.system(), "b").toCompletableFuture().join());
  }

  @Test
  void ask_whenNoThreadCanBeMade_failsAndRecovers() {
    var starved = new Starved(1);
    var first = starved.ask("a");

    assertSame(starved.failure, failureOf(first));
    starved.hungry = false;
    var later = starved.ask("b");
    runAll();
    assertEquals(Optional.of("B"), later.join());
  }

  @Test
  void ask_whenNoLaneCanStart_allWhoWaitAreRefused() {
    var meanwhile = new ArrayList<CompletableFuture<?>>();
    var starved = new Starved(1);
    starved.meanwhile =
        () -> IntStream.range(0, 7).forEach(i -> meanwhile.add(starved.ask("k" + i)));

    var first = starved.ask("first");

    assertSame(starved.failure, failureOf(first));
    assertEquals(7, meanwhile.size());
    meanwhile.forEach(refused -> assertSame(starved.failure, failureOf(refused)));
  }

  @Test
  void ask_whenNoFurtherLaneCanStart_isLeftToTheOneThatRuns() {
    var starved = new Starved(2);
    starved.hungry = false;
    var first = starved.ask("a");
    starved.hungry = true;
    var second = starved.ask("b");

    runAll();

    assertEquals(Optional.of("A"), first.join());
    assertEquals(Optional.of("B"), second.join());
  }

  @Test
  void ask_whenNoThreadCanBeMadeToTryAlone_failsAndRecovers() {
    var starved = new Starved(1);
    starved.hungry = false;
    var good = starved.ask("good");
    var poisoned = starved.ask("poison");
    starved.hungry = true;

    runAll();

    assertSame(starved.failure, failureOf(good));
    assertSame(starved.failure, failureOf(poisoned));
    starved.hungry = false;
    var later = starved.ask("later");
    runAll();
    assertEquals(Optional.of("LATER"), later.join());
  }

  @Test
  void ask_whenNoThreadCanBeMadeToHandOut_itsAnswerComesAllTheSame() {
    var starving =
        new Gatherer<>(
            Gatherer.reading(this::query),
            scheduled::add,
            task -> {
              throw new Error("no thread can be made");
            },
            1,
            1);
    var first = starving.ask(Call.system(), "a").toCompletableFuture();
    var second = starving.ask(Call.system(), "b").toCompletableFuture();

    runAll();

    assertEquals(Optional.of("A"), first.join());
    assertEquals(Optional.of("B"), second.join());
  }

  @Test
  void ask_whatWasForgottenByTheWork_failsAndTheNextIsAnswered() {
    var forgetful =
        new Gatherer<String, String>(
            (call, asked) -> asked.size() == 1 ? List.of("alone") : List.of("first"),
            scheduled::add,
            1,
            3);
    var first = forgetful.ask(Call.system(), "a").toCompletableFuture();
    var forgotten = forgetful.ask(Call.system(), "b").toCompletableFuture();

    runAll();

    assertEquals("first", first.join());
    assertInstanceOf(IndexOutOfBoundsException.class, failureOf(forgotten));
    var later = forgetful.ask(Call.system(), "c").toCompletableFuture();
    runAll();
    assertEquals("alone", later.join());
  }

  @Test
  void ask_whoseCancellationIsBroken_failsAlone() {
    var failure = new Error("broken");
    Cancellation broken =
        new Cancellation() {
          @Override
          public Optional<ErrorReason> reason() {
            throw failure;
          }

          @Override
          public Registration onCancel(Runnable action) {
            return () -> {};
          }
        };
    var good = read("good");
    var bad = gatherer.ask(new Call(Actor.SYSTEM, "local", broken), "bad").toCompletableFuture();

    runAll();

    assertEquals(Optional.of("GOOD"), good.join());
    assertSame(failure, failureOf(bad));
    var later = read("later");
    runAll();
    assertEquals(Optional.of("LATER"), later.join());
  }

  private static Throwable failureOf(CompletableFuture<?> stage) {
    assertTrue(stage.isDone(), "it waits for ever");
    return assertThrows(CompletionException.class, stage::join).getCause();
  }

  @Test
  void ask_whenTooManyWait_failsAtOnceAndRecovers() {
    var waiting = IntStream.range(0, Gatherer.MAX_WAITING).mapToObj(i -> read("k" + i)).toList();

    assertInstanceOfRejected(read("one too many"));
    runAll();

    assertTrue(waiting.stream().noneMatch(CompletableFuture::isCompletedExceptionally));
    var later = read("later");
    runAll();
    assertEquals(Optional.of("LATER"), later.join());
  }

  private static void assertInstanceOfRejected(CompletableFuture<?> refused) {
    var failure = assertThrows(CompletionException.class, refused::join);
    assertTrue(failure.getCause() instanceof RejectedExecutionException);
  }

  @Test
  void ask_fromManyThreads_losesNone() {
    var callers = Executors.newFixedThreadPool(4);
    var lanes = Executors.newFixedThreadPool(2);
    try {
      var busy =
          new Gatherer<Integer, Integer>(
              (call, asked) -> asked.stream().map(one -> one.question() + 1).toList(),
              lanes,
              2,
              16);
      var answers =
          IntStream.range(0, Gatherer.MAX_WAITING)
              .mapToObj(
                  key ->
                      CompletableFuture.supplyAsync(() -> busy.ask(Call.system(), key), callers)
                          .thenCompose(stage -> stage))
              .toList();

      for (int key = 0; key < answers.size(); key++) {
        assertEquals(key + 1, answers.get(key).join());
      }
    } finally {
      callers.shutdownNow();
      lanes.shutdownNow();
    }
  }

  private CompletableFuture<Optional<String>> read(String key) {
    return gatherer.ask(Call.system(), key).toCompletableFuture();
  }

  private void runAll() {
    while (!scheduled.isEmpty()) {
      scheduled.poll().run();
    }
  }

  /** A gatherer whose executor can make no thread while it is hungry. */
  private final class Starved {
    final Error failure = new Error("no thread can be made");
    final Gatherer<String, Optional<String>> gatherer;
    boolean hungry = true;
    Runnable meanwhile = () -> {};

    Starved(int lanes) {
      gatherer =
          new Gatherer<>(Gatherer.reading(GathererTest.this::query), this::execute, lanes, 3);
    }

    private void execute(Runnable task) {
      if (hungry) {
        meanwhile.run();
        throw failure;
      }
      scheduled.add(task);
    }

    CompletableFuture<Optional<String>> ask(String key) {
      return gatherer.ask(Call.system(), key).toCompletableFuture();
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
