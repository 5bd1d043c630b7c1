package com.ecommerce.user.core.request;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Hears of the work that is done for one call, so that a tracing library can show it. The work of a
 * call may be done on several threads: implementations are thread-safe, return at once and throw
 * nothing.
 */
public interface WorkObserver {
  /** Hears nothing, at no cost. */
  WorkObserver NONE = new NoWorkObserver();

  /**
   * A statement that was run.
   *
   * @param sql with placeholders, never with values
   * @param source the method that has the statement, such as {@code UserDao.findAll}, where it is
   *     known
   * @param failure the SQL state it failed with, or an empty text for a failure that has none;
   *     empty: it succeeded
   */
  record Statement(
      String sql, Optional<String> source, Instant start, Instant end, Optional<String> failure) {}

  /** A piece of work that takes a while; closed when it ends. */
  interface Work extends AutoCloseable {
    @Override
    void close();
  }

  /** A statement for the call has ended. */
  void onStatement(Statement statement);

  /**
   * A piece of work for the call begins.
   *
   * @param name few and fixed, such as {@code hash password}
   */
  Work begin(String name);

  /** Names this place in a trace, for what the call leaves to be done later; empty without one. */
  Optional<TraceParent> traceParent();

  /**
   * Hears of work that serves this call and others at once.
   *
   * @param others none of them is {@link #NONE}
   */
  WorkObserver together(List<WorkObserver> others);
}
