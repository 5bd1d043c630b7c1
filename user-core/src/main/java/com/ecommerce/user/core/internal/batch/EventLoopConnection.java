package com.ecommerce.user.core.internal.batch;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A connection to the database that belongs to an event loop. What is asked on the loop's thread is
 * answered on it: no second thread, and not the two hops to it and back, which cost more than a
 * read by key. As an executor it runs actions on that thread, once what has arrived there is dealt
 * with. Used on that thread only.
 *
 * <p>It may be bad at failing, since whatever it does not answer is asked again in the usual way.
 */
public interface EventLoopConnection extends Executor {
  /**
   * Returns whether the connection can be used now. If it cannot, it starts to connect in the
   * background; nobody waits for it.
   */
  boolean isReady();

  /**
   * Runs a reading statement, which sees all that was committed before.
   *
   * @param keys the only argument, {@code $1}: UUIDs or texts
   * @param maker makes something of each row
   * @return completed on the loop's thread; fails when the statement does, when it takes too long,
   *     and when the connection is lost
   */
  <T> CompletionStage<List<T>> query(String sql, Object[] keys, RowMaker<T> maker);

  /** Makes something of a row. */
  @FunctionalInterface
  interface RowMaker<T> {
    /** Whatever it throws is the failure of the query. */
    T make(Columns row) throws Exception;
  }
}
