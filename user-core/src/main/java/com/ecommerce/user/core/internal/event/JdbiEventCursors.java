package com.ecommerce.user.core.internal.event;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.event.EventCursors;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventStatistics.Lag;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Implements {@link EventCursors} with Jdbi. */
public final class JdbiEventCursors implements EventCursors {
  private final Database database;

  public JdbiEventCursors(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Lease> take(String name, UUID holder, Duration time) {
    requireNonNull(name, "name");
    requireNonNull(holder, "holder");
    requireNonNull(time, "time");
    return run(cursors -> cursors.take(name, holder, time));
  }

  @Override
  public boolean store(Lease lease, EventPosition position) {
    requireNonNull(lease, "lease");
    requireNonNull(position, "position");
    return run(cursors -> cursors.store(lease, position));
  }

  @Override
  public void release(Lease lease) {
    requireNonNull(lease, "lease");
    run(cursors -> cursors.release(lease));
  }

  @Override
  public void set(String name, EventPosition position) {
    requireNonNull(name, "name");
    requireNonNull(position, "position");
    run(cursors -> cursors.set(name, position));
  }

  @Override
  public void delete(String name) {
    requireNonNull(name, "name");
    run(cursors -> cursors.delete(name));
  }

  private <T> T run(Function<EventCursorDao, T> work) {
    return database.inStatement(
        RequestContext.system(), handle -> work.apply(new EventCursorDao(handle)));
  }

  /** Returns the lag of each sink that has stored a position. */
  public Map<String, Lag> lags(RequestContext call) {
    return database.read(call, handle -> new EventCursorDao(handle).lags());
  }
}
