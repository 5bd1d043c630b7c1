package com.ecommerce.user.core.call;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Runs the work of calls that may block. Implementations are thread-safe, never block, and decide
 * by the call and its kind when its turn comes.
 */
public interface Workers {
  /** A piece of work: exactly one of its methods is called, once. */
  interface Task {
    /** Does the work, on a thread that may be blocked; throws nothing. */
    void run();

    /**
     * Is told that the work will not be done; must not block.
     *
     * @param reason such as a {@code UserServiceException} with {@code SERVER_BUSY}
     */
    void refuse(Throwable reason);
  }

  /** Begins a call's work, or refuses it, at once or later. */
  void begin(Call call, CallKind kind, Task task);

  /**
   * As {@link #begin}, for a call that other threads have worked for already, as by hashing its
   * password: it goes before calls that have not begun.
   */
  void resume(Call call, CallKind kind, Task task);

  /**
   * As {@link #begin}.
   *
   * @return what the work returns; fails with what it throws, or with why it was refused
   */
  default <T> CompletionStage<T> supply(Call call, CallKind kind, Supplier<T> work) {
    var supplied = new Supplied<>(work);
    begin(call, kind, supplied);
    return supplied.result;
  }

  /** As {@link #supply}, as {@link #resume} does it. */
  default <T> CompletionStage<T> supplyResumed(Call call, CallKind kind, Supplier<T> work) {
    var supplied = new Supplied<>(work);
    resume(call, kind, supplied);
    return supplied.result;
  }

  /** Workers that run everything on the executor, and refuse what it refuses. */
  static Workers on(Executor executor) {
    return new Workers() {
      @Override
      public void begin(Call call, CallKind kind, Task task) {
        try {
          executor.execute(task::run);
        } catch (RuntimeException | Error refused) {
          task.refuse(refused);
        }
      }

      @Override
      public void resume(Call call, CallKind kind, Task task) {
        begin(call, kind, task);
      }
    };
  }

  /** Work with a result. */
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
