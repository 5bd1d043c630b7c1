package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Clock;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.jdbi.v3.core.Handle;

/**
 * Adds partitions of the event log for the coming months, and drops those whose events have all
 * been kept for long enough. Dropping a partition takes the same time for any number of events, and
 * leaves no dead rows behind. Thread-safe; several instances can run it at the same time.
 */
public final class EventRetention implements IntSupplier {
  private final Database database;
  private final Clock clock;
  private final Duration retention;

  /**
   * Creates the task.
   *
   * @param retention the minimum time for which events are kept. They are dropped up to a month
   *     later. Those of the first partition, which contains all events from before the upgrade to
   *     partitions, are dropped together
   */
  public EventRetention(Database database, Clock clock, Duration retention) {
    this.database = database;
    this.clock = clock;
    this.retention = retention;
  }

  /**
   * Runs the task.
   *
   * @return the number of dropped partitions
   */
  @Override
  public int getAsInt() {
    var call = RequestContext.system();
    return database.inTransaction(call, this::run);
  }

  private int run(Handle tx) {
    var dao = new EventPartitionDao(tx);
    if (!dao.lock()) {
      // Another instance runs this task or assigns positions. A later run will do it.
      return 0;
    }
    dao.addPartitions();
    var old = dao.olderThan(retention, clock.instant());
    old.forEach(dao::drop);
    if (!old.isEmpty()) {
      dao.forgetTimelines();
    }
    return old.size();
  }
}
