package com.ecommerce.user.core.internal.concurrent;

import com.ecommerce.user.core.error.UserServiceException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Converts between blocking work and completion stages. */
public final class Stages {
  private Stages() {}

  /**
   * Runs blocking work on the executor.
   *
   * @return the result of the work; fails with the exception of the work, or with that of the
   *     executor if it rejects the work
   */
  public static <T> CompletionStage<T> supply(Supplier<T> work, Executor executor) {
    try {
      return CompletableFuture.supplyAsync(work, executor);
    } catch (RuntimeException | Error refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  /**
   * Returns the failure of a stage without the exceptions in which stages wrap it.
   *
   * @throws RuntimeException if it is not a failure that a caller can act on
   */
  public static UserServiceException unwrapped(Throwable failure) {
    if (failure instanceof UserServiceException expected) {
      return expected;
    }
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return unwrapped(failure.getCause());
    }
    throw failure instanceof RuntimeException unexpected
        ? unexpected
        : new CompletionException(failure);
  }

  /** Waits for the result of the stage, and throws its failure. */
  public static <T> T join(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    }
  }
}
