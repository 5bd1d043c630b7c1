package com.ecommerce.user.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A step of a start or stop that runs concurrently with others, on a thread of its own. */
final class Background implements AutoCloseable {
  private final CompletableFuture<Void> step;

  private Background(CompletableFuture<Void> step) {
    this.step = step;
  }

  static Background start(String name, Runnable work) {
    return new Background(CompletableFuture.runAsync(work, Threads.eachOnItsOwn(name)));
  }

  /** Waits until the step is done, and throws its failure. */
  @Override
  public void close() {
    try {
      step.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw failed;
    }
  }
}
