package com.ecommerce.user.core.internal.address;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.account.AccountListener;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Clock;
import org.jdbi.v3.core.Handle;

/** Deletes the addresses of an account when the owner of its mailbox takes it over. Thread-safe. */
public final class AddressErasure implements AccountListener {
  private final Clock clock;
  private final EventLog events;

  /** Creates a listener, for {@code UserCore}. */
  public AddressErasure(Clock clock, EventLog events) {
    this.clock = clock;
    this.events = events;
  }

  @Override
  public void onReclaimed(Handle tx, RequestContext call, User user) {
    var now = clock.instant();
    for (var id : new AddressDao(tx).deleteAll(user.id().value())) {
      events.append(
          tx, EventLog.Entry.of(call, now, EventType.ADDRESS_DELETED, user.id()).about(id));
    }
  }
}
