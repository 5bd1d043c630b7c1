package com.ecommerce.user.server.kafka;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventCursors;
import com.ecommerce.user.core.event.EventPosition;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/** The cursors as seen by an instance that may lose its database. */
record CursorsOfAnInstance(EventCursors cursors, AtomicBoolean isAway) implements EventCursors {
  private EventCursors known() {
    if (isAway.get()) {
      throw UserServiceException.of(ErrorReason.DATABASE_UNAVAILABLE, "away");
    }
    return cursors;
  }

  @Override
  public Optional<Lease> take(String name, UUID holder, Duration time) {
    return known().take(name, holder, time);
  }

  @Override
  public boolean store(Lease lease, EventPosition position) {
    return known().store(lease, position);
  }

  @Override
  public void release(Lease lease) {
    known().release(lease);
  }

  @Override
  public void set(String name, EventPosition position) {
    known().set(name, position);
  }

  @Override
  public void delete(String name) {
    known().delete(name);
  }
}
