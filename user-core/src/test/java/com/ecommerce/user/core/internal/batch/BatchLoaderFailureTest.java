package com.ecommerce.user.core.internal.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.RequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Tests failures: if threads cannot be created or the work fails, the callers are notified and the
 * next request is answered.
 */
class BatchLoaderFailureTest extends BatchLoaderTesting {
  @Test
  void ask_whenNoOtherThreadIsFree_itsAnswerComesAllTheSame() {
    assertAnswersAreHandedOutWithout(
        task -> {
          throw new RejectedExecutionException("full");
        });
  }

  @Test
  void ask_whenNoThreadCanBeMadeToHandOut_itsAnswerComesAllTheSame() {
    assertAnswersAreHandedOutWithout(
        task -> {
          throw new Error("no thread can be made");
        });
  }

  private void assertAnswersAreHandedOutWithout(Executor other) {
    var loader = new BatchLoader<>(BatchLoader.reading(this::query), scheduled::add, other, 1, 1);
    var first = loader.load(RequestContext.system(), "a").toCompletableFuture();
    var second = loader.load(RequestContext.system(), "b").toCompletableFuture();

    runAll();

    assertEquals(Optional.of("A"), first.join());
    assertEquals(Optional.of("B"), second.join());
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
  void ask_whenTheExecutorIsFull_failsAtOnceAndRecovers() {
    var accepting = new ArrayList<Boolean>(List.of(false));
    var full =
        new BatchLoader<String, Optional<String>>(
            BatchLoader.reading(this::query),
            work -> {
              if (!accepting.get(0)) {
                throw new RejectedExecutionException("full");
              }
              work.run();
            },
            Runnable::run,
            1,
            3);
    var refused = full.load(RequestContext.system(), "a").toCompletableFuture();
    accepting.set(0, true);

    assertInstanceOfRejected(refused);
    assertEquals(
        Optional.of("B"), full.load(RequestContext.system(), "b").toCompletableFuture().join());
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
  void ask_whatWasForgottenByTheWork_failsAndTheNextIsAnswered() {
    var forgetful =
        new BatchLoader<String, String>(
            (call, asked) -> asked.size() == 1 ? List.of("alone") : List.of("first"),
            scheduled::add,
            Runnable::run,
            1,
            3);
    var first = forgetful.load(RequestContext.system(), "a").toCompletableFuture();
    var forgotten = forgetful.load(RequestContext.system(), "b").toCompletableFuture();

    runAll();

    assertEquals("first", first.join());
    assertInstanceOf(IndexOutOfBoundsException.class, failureOf(forgotten));
    var later = forgetful.load(RequestContext.system(), "c").toCompletableFuture();
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
    var bad =
        loader.load(new RequestContext(Actor.SYSTEM, "local", broken), "bad").toCompletableFuture();

    runAll();

    assertEquals(Optional.of("GOOD"), good.join());
    assertSame(failure, failureOf(bad));
    var later = read("later");
    runAll();
    assertEquals(Optional.of("LATER"), later.join());
  }

  @Test
  void ask_whenTooManyWait_failsAtOnceAndRecovers() {
    var waiting = IntStream.range(0, BatchLoader.MAX_WAITING).mapToObj(i -> read("k" + i)).toList();

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

  /** A loader whose executor cannot create a thread while it is starved. */
  private final class Starved {
    final Error failure = new Error("no thread can be made");
    final BatchLoader<String, Optional<String>> loader;
    boolean hungry = true;
    Runnable meanwhile = () -> {};

    Starved(int concurrency) {
      loader =
          new BatchLoader<>(
              BatchLoader.reading(BatchLoaderFailureTest.this::query),
              this::execute,
              Runnable::run,
              concurrency,
              3);
    }

    private void execute(Runnable task) {
      if (hungry) {
        meanwhile.run();
        throw failure;
      }
      scheduled.add(task);
    }

    CompletableFuture<Optional<String>> ask(String key) {
      return loader.load(RequestContext.system(), key).toCompletableFuture();
    }
  }
}
