package com.ecommerce.user.core.account;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.event.EventLog;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.Daos;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Locks users and saves what became of them, in the transaction of a use case. Thread-safe. */
final class UserWrites {
  private final Clock clock;
  private final UserReads reads;
  private final EventLog events;
  private final List<AccountObserver> observers;

  UserWrites(Clock clock, UserReads reads, EventLog events, List<AccountObserver> observers) {
    this.clock = clock;
    this.reads = reads;
    this.events = events;
    this.observers = List.copyOf(observers);
  }

  /** What a call makes of a user. */
  record Change(
      Call call, EventType type, User before, User after, List<String> fields, String reason) {
    boolean isNone() {
      return fields.isEmpty();
    }
  }

  /** The user as of now, locked until the end of the transaction. */
  User lock(Handle tx, UserId id) {
    return Daos.on(tx, UserDao.class)
        .findForUpdate(id.value())
        .orElseThrow(() -> Users.notFound(id));
  }

  /** As {@link #lock}, those of the users whom no other transaction has locked. Never waits. */
  Map<UserId, User> lockAllFree(Handle tx, Collection<UserId> ids) {
    var keys = ids.stream().map(UserId::value).distinct().toArray(UUID[]::new);
    return Daos.on(tx, UserDao.class).findAllFreeForUpdate(keys).stream()
        .collect(Collectors.toMap(User::id, Function.identity()));
  }

  /** With the next version, unless nothing changes. */
  Change change(Call call, EventType type, User before, User.Draft draft, String reason) {
    var fields = UserFields.changed(before, draft.toUser());
    if (fields.isEmpty()) {
      return new Change(call, type, before, before, fields, reason);
    }
    draft.audit = before.audit().next(call.actor(), clock.instant());
    return new Change(call, type, before, draft.toUser(), fields, reason);
  }

  /** Writes a change of a locked user, and tells the observers. */
  User save(Handle tx, Change change) {
    saveAll(tx, List.of(change));
    return change.after();
  }

  /** As {@link #save}, in their order. */
  void saveAll(Handle tx, List<Change> all) {
    var changes = all.stream().filter(change -> !change.isNone()).toList();
    if (changes.isEmpty()) {
      return;
    }
    Map<UserId, User> last = new LinkedHashMap<>();
    changes.forEach(change -> last.put(change.after().id(), change.after()));
    UserRows.update(tx, last.values());
    last.keySet().forEach(id -> reads.forgetAtEnd(tx, id));
    events.appendAll(tx, changes.stream().map(UserWrites::entry).toList());
    for (var change : changes) {
      observers.forEach(
          observer -> observer.onUpdated(tx, change.call(), change.before(), change.after()));
    }
  }

  private static EventLog.Entry entry(Change change) {
    var after = change.after();
    return new EventLog.Entry(
        change.call(),
        after.audit().updatedAt(),
        change.type(),
        after.id(),
        null,
        change.reason(),
        change.fields());
  }
}
