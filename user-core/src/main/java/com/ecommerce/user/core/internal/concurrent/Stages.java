package com.ecommerce.user.core.internal.concurrent;

import com.ecommerce.user.core.error.UserServiceException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
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
   * Returns the failure of a stage or future without the {@link CompletionException} and {@link
   * ExecutionException} in which these wrap it.
   */
  public static Throwable unwrapped(Throwable failure) {
    boolean isWrapper =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return isWrapper && failure.getCause() != null ? unwrapped(failure.getCause()) : failure;
  }

  /**
   * Returns the failure of a stage, unwrapped, if it is one that a caller can act on.
   *
   * @throws RuntimeException if it is another one, which is a defect
   */
  public static UserServiceException expected(Throwable failure) {
    var cause = unwrapped(failure);
    if (cause instanceof UserServiceException expected) {
      return expected;
    }
    throw cause instanceof RuntimeException defect ? defect : new CompletionException(cause);
  }

  /** Returns the innermost cause, which says what failed; the outer ones say where. */
  public static Throwable innermostCause(Throwable failure) {
    return failure.getCause() == null ? failure : innermostCause(failure.getCause());
  }

  /** Waits for the result of the stage, and throws its failure. */
  public static <T> T join(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException failed) {
      throw unwrapped(failed) instanceof RuntimeException cause ? cause : failed;
    }
  }
}
