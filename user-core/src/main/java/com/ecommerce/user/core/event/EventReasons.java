package com.ecommerce.user.core.event;

import com.ecommerce.user.core.internal.Daos;
import com.ecommerce.user.core.internal.Purge;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * Empties the reasons in the event log of users who are gone, 90 days after they were written: a
 * reason is personal data as soon as somebody writes it. All else of an event stays for good; the
 * database refuses any other change of it.
 */
public final class EventReasons implements Purge {
  /** The migration that lets this through has the same. */
  static final Duration KEEP = Duration.ofDays(90);

  /** For Jdbi, which makes it. */
  interface Dao {
    /** The clock of the database counts, too, since its trigger asks that one. */
    @SqlUpdate(
        """
        update events set reason = '' where id in (
          select id from events e
          where reason <> '' and occurred_at < least(:before, now() - interval '90 days')
            and not exists (select from users where id = e.user_id)
          order by occurred_at limit :limit for update skip locked)
        """)
    int empty(Instant before, int limit);
  }

  @Override
  public int purge(Handle tx, Instant now, int limit) {
    return Daos.on(tx, Dao.class).empty(now.minus(KEEP), limit);
  }
}
