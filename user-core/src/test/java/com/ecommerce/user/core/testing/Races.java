package com.ecommerce.user.core.testing;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Runs tasks at the same time. */
public final class Races {
  private Races() {}

  /**
   * Starts all tasks at once, each on a thread of its own, and waits until they have ended.
   *
   * @return the completed outcome of each, in the given order
   */
  public static <T> List<CompletableFuture<T>> run(List<Supplier<T>> work) {
    var start = new CountDownLatch(work.size());
    var threads = Executors.newFixedThreadPool(work.size());
    try {
      var running =
          work.stream()
              .map(
                  piece ->
                      CompletableFuture.supplyAsync(
                          () -> {
                            awaitAll(start);
                            return piece.get();
                          },
                          threads))
              .toList();
      running.forEach(each -> each.exceptionally(failure -> null).join());
      return running;
    } finally {
      threads.shutdownNow();
    }
  }

  private static void awaitAll(CountDownLatch start) {
    start.countDown();
    try {
      start.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the race began", interrupted);
    }
  }
}
