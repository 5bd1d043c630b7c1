package com.ecommerce.user.core.request;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Runs the blocking work of calls. Implementations are thread-safe, never block the caller, and
 * schedule the work by the call and its kind.
 */
public interface Workers {
  /** A task: exactly one of its methods is called, once. */
  interface Task {
    /** Does the work, on a thread that may block; must not throw. */
    void run();

    /**
     * Called when the work is refused; must not block.
     *
     * @param reason the reason, such as a {@code UserServiceException} with {@code SERVER_BUSY}
     */
    void refuse(Throwable reason);
  }

  /** Schedules the work of a call. Runs or refuses it, immediately or later. */
  void begin(RequestContext call, RequestKind kind, Task task);

  /**
   * Does the same as {@link #begin} for a call on which work was already done, such as hashing its
   * password. It precedes calls that have not begun.
   */
  void resume(RequestContext call, RequestKind kind, Task task);

  /**
   * Does the same as {@link #begin} for work with a result.
   *
   * @return the result of the work; fails with the exception of the work, or with the reason of a
   *     refusal
   */
  default <T> CompletionStage<T> supply(RequestContext call, RequestKind kind, Supplier<T> work) {
    var supplied = new Supplied<>(work);
    begin(call, kind, supplied);
    return supplied.result;
  }

  /** Does the same as {@link #resume} for work with a result. */
  default <T> CompletionStage<T> supplyResumed(
      RequestContext call, RequestKind kind, Supplier<T> work) {
    var supplied = new Supplied<>(work);
    resume(call, kind, supplied);
    return supplied.result;
  }

  /** Returns workers that run everything on the executor and refuse what it rejects. */
  static Workers on(Executor executor) {
    return new Workers() {
      @Override
      public void begin(RequestContext call, RequestKind kind, Task task) {
        try {
          executor.execute(task::run);
        } catch (RuntimeException | Error refused) {
          task.refuse(refused);
        }
      }

      @Override
      public void resume(RequestContext call, RequestKind kind, Task task) {
        begin(call, kind, task);
      }
    };
  }

  /** A task with a result. */
  final class Supplied<T> implements Task {
    private final Supplier<T> work;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    private Supplied(Supplier<T> work) {
      this.work = work;
    }

    @Override
    public void run() {
      try {
        result.complete(work.get());
      } catch (RuntimeException | Error failure) {
        result.completeExceptionally(failure);
      }
    }

    @Override
    public void refuse(Throwable reason) {
      result.completeExceptionally(reason);
    }
  }
}
