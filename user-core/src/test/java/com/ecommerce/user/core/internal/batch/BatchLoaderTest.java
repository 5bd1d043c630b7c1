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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests that all requests are answered, with as few queries as possible. */
class BatchLoaderTest extends BatchLoaderTesting {
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
  void ask_startsItsQueryAfterIt() {
    read("early");
    assertEquals(List.of(), queries, "no query runs on the caller's thread");
    runAll();

    read("late");
    runAll();

    assertEquals(List.of(Set.of("early"), Set.of("late")), queries);
  }

  @Test
  void ask_whatIsNotAnsweredInCompany_isTriedAlone() {
    var batches = new ArrayList<List<String>>();
    var shy =
        new BatchLoader<String, String>(
            (call, requests) -> {
              batches.add(requests.stream().map(BatchLoader.Request::value).toList());
              return requests.size() == 1 ? List.of("alone") : Arrays.asList("together", null);
            },
            scheduled::add,
            Runnable::run,
            1,
            3);
    var first = shy.load(RequestContext.system(), "a").toCompletableFuture();
    var second = shy.load(RequestContext.system(), "b").toCompletableFuture();

    runAll();

    assertEquals(List.of(List.of("a", "b"), List.of("b")), batches);
    assertEquals("together", first.join());
    assertEquals("alone", second.join());
  }

  @Test
  void ask_cancelledWhileItWaits_isNotQueried() {
    var cancelled = new Switch();
    var gone = loader.load(cancelled.call(), "gone").toCompletableFuture();
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
    loader.load(first.call(), "a");
    loader.load(second.call(), "b");
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
  void ask_fromManyThreads_losesNone() {
    var callers = Executors.newFixedThreadPool(4);
    var threads = Executors.newFixedThreadPool(2);
    try {
      var busy =
          new BatchLoader<Integer, Integer>(
              (call, requests) -> requests.stream().map(one -> one.value() + 1).toList(),
              threads,
              Runnable::run,
              2,
              16);
      var answers =
          IntStream.range(0, BatchLoader.MAX_WAITING)
              .mapToObj(
                  key ->
                      CompletableFuture.supplyAsync(
                              () -> busy.load(RequestContext.system(), key), callers)
                          .thenCompose(stage -> stage))
              .toList();

      for (int key = 0; key < answers.size(); key++) {
        assertEquals(key + 1, answers.get(key).join());
      }
    } finally {
      callers.shutdownNow();
      threads.shutdownNow();
    }
  }

  /** A call that can be cancelled. */
  private static final class Switch implements Cancellation {
    private final List<Runnable> actions = new ArrayList<>();
    private boolean cancelled;

    RequestContext call() {
      return new RequestContext(Actor.SYSTEM, "local", this);
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
