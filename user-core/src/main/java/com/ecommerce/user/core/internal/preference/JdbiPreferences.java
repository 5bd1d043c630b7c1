package com.ecommerce.user.core.internal.preference;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.account.Accounts;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.IdempotentWrites;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferencePatch;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.preference.Preferences;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.util.Optional;

/** Implements {@link Preferences} with Jdbi. */
public final class JdbiPreferences implements Preferences {
  private final Database database;
  private final IdempotentWrites writes;
  private final Clock clock;
  private final EventLog events;
  private final Accounts accounts;

  /** Creates the use cases, for {@code UserCore}. */
  public JdbiPreferences(
      Database database, IdempotentWrites writes, Clock clock, EventLog events, Accounts accounts) {
    this.database = database;
    this.writes = writes;
    this.clock = clock;
    this.events = events;
    this.accounts = accounts;
  }

  @Override
  public PreferenceSet get(RequestContext call, UserId userId) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    Optional<PreferenceSet> chosen =
        database.read(call, handle -> new PreferenceDao(handle).find(userId.value()));
    if (chosen.isEmpty()) {
      accounts.requireExists(call, userId);
    }
    return chosen.orElse(PreferenceSet.DEFAULT);
  }

  @Override
  public PreferenceSet update(RequestContext call, UserId userId, PreferencePatch patch) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    requireNonNull(patch, "patch");
    return writes.inTransaction(
        call,
        tx -> {
          accounts.lock(tx, userId);
          var dao = new PreferenceDao(tx);
          var before = dao.find(userId.value()).orElse(PreferenceSet.DEFAULT);
          var after = patch.applyTo(before);
          var changed = after.differences(before).stream().map(Preference::path).toList();
          if (!changed.isEmpty()) {
            dao.upsert(userId.value(), after);
            events.append(
                tx,
                EventLog.Entry.of(call, clock.instant(), EventType.PREFERENCES_UPDATED, userId)
                    .changing(changed));
          }
          return after;
        },
        tx -> {
          accounts.get(tx, userId);
          return new PreferenceDao(tx).find(userId.value()).orElse(PreferenceSet.DEFAULT);
        });
  }
}
