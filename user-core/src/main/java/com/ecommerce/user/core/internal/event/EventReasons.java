package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.internal.db.Purge;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * Clears the reasons in the event log of deleted users, 90 days after they were written, since a
 * reason may contain personal data. The rest of an event is kept forever; the database refuses any
 * other change.
 */
public final class EventReasons implements Purge {
  /** The trigger in the database enforces the same time. */
  static final Duration KEEP = Duration.ofDays(90);

  @Override
  public int purge(Handle tx, Instant now, int limit) {
    // The condition also uses the clock of the database, like the trigger.
    return tx.createUpdate(
            """
            update events set reason = '' where id in (
              select id from events e
              where reason <> '' and occurred_at < least(:before, now() - interval '90 days')
                and not exists (select from users where id = e.user_id)
              order by occurred_at limit :limit for update skip locked)
            """)
        .bind("before", now.minus(KEEP))
        .bind("limit", limit)
        .execute();
  }
}
