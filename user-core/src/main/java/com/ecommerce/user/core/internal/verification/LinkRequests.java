package com.ecommerce.user.core.internal.verification;

import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import org.jdbi.v3.core.Handle;

/** Records in the event log that staff had a link mailed to a user. Thread-safe. */
public final class LinkRequests {
  private final Clock clock;
  private final EventLog events;

  public LinkRequests(Clock clock, EventLog events) {
    this.clock = clock;
    this.events = events;
  }

  /** Records a request in the session of a user other than the recipient. */
  void record(Handle tx, RequestContext call, EventType type, UserId recipient) {
    if (call.session().isPresent() && !call.isOfSession(recipient)) {
      events.append(tx, EventLog.Entry.of(call, clock.instant(), type, recipient));
    }
  }
}
