package com.ecommerce.user.core.request;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A listener for the work that is done for one call, for example to trace it. The work of a call
 * may run on several threads, so implementations must be thread-safe, return immediately and throw
 * nothing.
 */
public interface WorkObserver {
  /** An observer that ignores everything, at no cost. */
  WorkObserver NONE = new NoWorkObserver();

  /**
   * A statement that was executed.
   *
   * @param sql the text with placeholders, never with values
   * @param source the method that contains the statement, such as {@code UserDao.findAll}, if it is
   *     known
   * @param failure the SQL state of the failure, or an empty text if the failure has none; empty if
   *     the statement succeeded
   */
  record Statement(
      String sql, Optional<String> source, Instant start, Instant end, Optional<String> failure) {}

  /** Work that takes a while; closed when it ends. */
  interface Work extends AutoCloseable {
    @Override
    void close();
  }

  /** Called when a statement of the call has ended. */
  void onStatement(Statement statement);

  /**
   * Called when work for the call begins.
   *
   * @param name one of a few fixed names, such as {@code hash password}
   */
  Work begin(String name);

  /**
   * Returns the current position in the trace, for work that is done after the call; empty if the
   * call is not traced.
   */
  Optional<TraceParent> traceParent();

  /**
   * Returns an observer of work that serves this call and others at once.
   *
   * @param others none of them is {@link #NONE}
   */
  WorkObserver together(List<WorkObserver> others);
}
