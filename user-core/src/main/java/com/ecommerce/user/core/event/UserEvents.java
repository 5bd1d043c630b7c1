package com.ecommerce.user.core.event;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Duration;

/** Reads the event log. Thread-safe. */
public interface UserEvents {
  /**
   * The time without a message after which a receiver that is ready gets its position, up to a
   * second later.
   */
  Duration HEARTBEAT = Duration.ofSeconds(15);

  /**
   * Returns a page of events, the newest first. Blocks.
   *
   * <p>A page is searched among a limited number of events. With a filter that few events pass, it
   * may have fewer events than requested, even none, although another page follows (AIP-158).
   *
   * @return the page, whose total count is {@link Page#NOT_COMPUTED}
   * @throws UserServiceException with a violation on {@code pagination.page_token} if the token
   *     belongs to another filter, {@code DATABASE_UNAVAILABLE}, {@code DEADLINE_EXCEEDED} or
   *     {@code CALL_CANCELLED}
   */
  Page<UserEvent> list(RequestContext call, EventFilter filter, PageRequest page);

  /**
   * Passes events to a receiver, in the order of their positions, until the watch is closed or
   * fails. Returns at once. The core must have been started.
   *
   * <p>No event is skipped, and none comes after a later position, however long its transaction
   * takes. The events that change one user come in the order of the user's versions. A receiver
   * that starts again after the position of the last event that it has processed gets each event at
   * least once.
   *
   * <p>A receiver that is ready and has received all earlier events usually receives an event
   * within 250 ms of its commit. Watches that have received everything cost no queries of their
   * own; a slow receiver costs no memory for the events that it has not received.
   *
   * <p>The watch fails with {@code POSITION_OUT_OF_RANGE} if events after the position are not kept
   * any more, or if a failover or a restore has lost the position. During an outage of the database
   * it does not fail, but waits.
   *
   * @param filter its actor and times must be empty
   * @throws IllegalArgumentException if they are not
   */
  EventWatch watch(EventStart start, EventFilter filter, EventReceiver receiver);
}
