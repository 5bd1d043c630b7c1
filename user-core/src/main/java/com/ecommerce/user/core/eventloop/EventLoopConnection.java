package com.ecommerce.user.core.eventloop;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A connection to the database that belongs to an event loop. Queries are sent and answered on the
 * loop's thread, which saves handing over to another thread and back; that would cost more than a
 * read by key. As an executor, it runs actions on that thread, after the events that have already
 * arrived. Used only on that thread.
 *
 * <p>It need not handle failures, since a query that it does not answer is repeated by other means.
 */
public interface EventLoopConnection extends Executor {
  /**
   * Returns whether the connection can be used now. If it cannot, it starts to connect in the
   * background.
   */
  boolean isReady();

  /**
   * Runs a reading statement, which sees everything that was committed before.
   *
   * @param keys the only argument, {@code $1}: UUIDs or texts
   * @param maker converts each row
   * @return completes on the loop's thread; fails if the statement fails or takes too long, or the
   *     connection is lost
   */
  <T> CompletionStage<List<T>> query(String sql, Object[] keys, RowMaker<T> maker);

  /** Converts rows to values. */
  @FunctionalInterface
  interface RowMaker<T> {
    /** Converts a row. An exception becomes the failure of the query. */
    T make(Columns row) throws Exception;
  }
}
