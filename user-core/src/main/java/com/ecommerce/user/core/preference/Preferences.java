package com.ecommerce.user.core.preference;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventLog;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.Daos;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The preferences of users about notifications and privacy. Thread-safe; changes of one user's
 * preferences happen one after the other, so that none is lost.
 *
 * <p>Every method throws {@link UserServiceException} with {@code USER_NOT_FOUND}, {@code
 * DATABASE_UNAVAILABLE}, {@code DEADLINE_EXCEEDED} or {@code CALL_CANCELLED}.
 */
public final class Preferences {
  private final Database database;
  private final Clock clock;
  private final EventLog events;
  private final Users users;

  /** For {@code UserCore}, which is the way to get one. */
  public Preferences(Database database, Clock clock, EventLog events, Users users) {
    this.database = database;
    this.clock = clock;
    this.events = events;
    this.users = users;
  }

  /** The user's choices, with {@link PreferenceSet#DEFAULT} for a user who never chose. */
  public PreferenceSet get(Call call, UserId userId) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    Optional<PreferenceSet> chosen =
        database.read(call, handle -> Daos.on(handle, PreferenceDao.class).find(userId.value()));
    if (chosen.isEmpty()) {
      users.get(call, userId);
    }
    return chosen.orElse(PreferenceSet.DEFAULT);
  }

  /** Changes what the patch sets, and returns all of it. */
  public PreferenceSet update(Call call, UserId userId, PreferencePatch patch) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    requireNonNull(patch, "patch");
    return database.inTransaction(
        call,
        tx -> {
          users.lock(tx, userId);
          var dao = Daos.on(tx, PreferenceDao.class);
          var before = dao.find(userId.value()).orElse(PreferenceSet.DEFAULT);
          var after = patch.applyTo(before);
          var changed = after.differences(before).stream().map(Preference::path).toList();
          if (!changed.isEmpty()) {
            dao.upsert(userId.value(), columns(after));
            events.append(
                tx, call, clock.instant(), EventType.PREFERENCES_UPDATED, userId, changed);
          }
          return after;
        });
  }

  private static Map<String, Boolean> columns(PreferenceSet preferences) {
    return Arrays.stream(Preference.values())
        .collect(Collectors.toMap(Preference::column, preferences::isOn));
  }
}
