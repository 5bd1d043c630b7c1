package com.ecommerce.user.core.event;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.UserServiceException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The positions up to which sinks, such as a broker, have received the events. They are kept in the
 * database, by the name of the cursor: {@code SINK}, or {@code SINK/ID} if a sink has several.
 * Thread-safe.
 *
 * <p>One holder at a time may move a cursor: the one with the lease, which it renews before it ends
 * (Gray and Cheriton, "Leases", 1989). A holder that stalls can go on for a moment after its lease
 * has ended. It cannot store a position any more, but what it sends to other systems must be fenced
 * there.
 *
 * <p>The methods block, and throw {@link UserServiceException} with {@code DATABASE_UNAVAILABLE}
 * during an outage.
 */
public interface EventCursors {
  /**
   * A lease of a cursor. Immutable.
   *
   * @param revision grows when another holder takes the lease, and with {@link #set}
   * @param position the stored position; empty if there is none yet
   */
  record Lease(String name, UUID holder, long revision, Optional<EventPosition> position) {
    public Lease {
      requireNonNull(name, "name");
      requireNonNull(holder, "holder");
      requireNonNull(position, "position");
    }
  }

  /**
   * Takes or renews the lease of a cursor, which is created if it does not exist.
   *
   * @param holder the id of the holder, which a process makes anew at each start
   * @param time the time from now on for which the lease lasts, by the clock of the database
   * @return the lease; empty if another holder has it. If the revision has changed, the holder has
   *     to go on from the position of the new lease
   */
  Optional<Lease> take(String name, UUID holder, Duration time);

  /**
   * Stores a position, unless the lease has ended, was taken by another holder, or its cursor was
   * set or deleted. Does not renew the lease.
   *
   * @return whether it was stored; if not, the holder must stop
   */
  boolean store(Lease lease, EventPosition position);

  /** Ends a lease, so that another holder can take it at once. Does nothing if it has ended. */
  void release(Lease lease);

  /**
   * Sets a position from which the holder has to go on, and creates the cursor if it does not
   * exist. The leases of before cannot store positions any more.
   */
  void set(String name, EventPosition position);

  /** Deletes a cursor. Does nothing if it does not exist. */
  void delete(String name);
}
