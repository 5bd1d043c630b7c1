package com.ecommerce.user.core.internal.preference;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.account.AccountListener;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Clock;
import org.jdbi.v3.core.Handle;

/**
 * Resets the preferences of an account to the defaults when the owner of its mailbox takes it over.
 * Thread-safe.
 */
public final class PreferenceErasure implements AccountListener {
  private final Clock clock;
  private final EventLog events;

  /** Creates a listener, for {@code UserCore}. */
  public PreferenceErasure(Clock clock, EventLog events) {
    this.clock = clock;
    this.events = events;
  }

  @Override
  public void onReclaimed(Handle tx, RequestContext call, User user) {
    var dao = new PreferenceDao(tx);
    dao.find(user.id().value())
        .ifPresent(
            before -> {
              dao.delete(user.id().value());
              var changed =
                  PreferenceSet.DEFAULT.differences(before).stream().map(Preference::path).toList();
              events.append(
                  tx,
                  EventLog.Entry.of(call, clock.instant(), EventType.PREFERENCES_UPDATED, user.id())
                      .changing(changed));
            });
  }
}
