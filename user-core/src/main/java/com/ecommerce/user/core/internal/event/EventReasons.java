package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.internal.db.Purge;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * Clears the reasons in the event log of deleted users, 90 days after they were written, since a
 * reason may contain personal data. The database refuses any other change of an event.
 */
public final class EventReasons implements Purge {
  /** The time for which reasons are kept. A trigger in the database enforces it. */
  static final Duration KEEP = Duration.ofDays(90);

  @Override
  public int purge(Handle tx, Instant now, int limit) {
    // The condition also uses the clock of the database, like the trigger.
    return tx.createUpdate(
            """
            with old as (
              select user_id, id, occurred_at from events e
              where reason <> '' and occurred_at < least(:before, now() - interval '90 days')
                and not exists (select from users where id = e.user_id)
              order by occurred_at limit :limit for update skip locked)
            update events e set reason = '' from old
            where e.user_id = old.user_id and e.id = old.id and e.occurred_at = old.occurred_at
            """)
        .bind("before", now.minus(KEEP))
        .bind("limit", limit)
        .execute();
  }
}
