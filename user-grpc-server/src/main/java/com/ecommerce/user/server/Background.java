package com.ecommerce.user.server;

import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.concurrent.Stages;
import java.util.concurrent.CompletableFuture;

/** A step of a start or stop that runs concurrently with others, on a thread of its own. */
final class Background implements AutoCloseable {
  private final CompletableFuture<Void> step;

  private Background(CompletableFuture<Void> step) {
    this.step = step;
  }

  static Background start(String name, Runnable work) {
    return new Background(CompletableFuture.runAsync(work, DaemonThreads.forEach(name)));
  }

  /** Waits until the step is done, and throws its failure. */
  @Override
  public void close() {
    Stages.join(step);
  }
}
