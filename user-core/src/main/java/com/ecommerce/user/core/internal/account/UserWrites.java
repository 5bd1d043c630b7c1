package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.cache.EventInvalidatedCache.Moment;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Locks users and saves their changes, in the transaction of a use case. Thread-safe. */
final class UserWrites {
  private final Clock clock;
  private final UserReads reads;
  private final EventLog events;
  private final List<AccountListener> listeners;

  UserWrites(Clock clock, UserReads reads, EventLog events, List<AccountListener> listeners) {
    this.clock = clock;
    this.reads = reads;
    this.events = events;
    this.listeners = List.copyOf(listeners);
  }

  /** A change of a user by a call. */
  record Change(
      RequestContext call,
      EventType type,
      User before,
      User after,
      List<String> fields,
      String reason) {
    boolean isNone() {
      return fields.isEmpty();
    }
  }

  /** Returns the current user, locked until the end of the transaction. */
  User lock(Handle tx, UserId id) {
    return new UserDao(tx).findForUpdate(id.value()).orElseThrow(() -> Accounts.notFound(id));
  }

  /**
   * Creates a change, with the next version unless nothing changes. Closing an account drops its
   * pending email, since somebody else may have requested it.
   */
  Change change(RequestContext call, EventType type, User before, User.Draft draft, String reason) {
    if (before.status().isOpen() && !draft.status.isOpen()) {
      draft.pendingEmail = Optional.empty();
    }
    var fields = UserFields.changed(before, draft.toUser());
    if (fields.isEmpty()) {
      return new Change(call, type, before, before, fields, reason);
    }
    draft.audit = before.audit().next(call.actor(), clock.instant());
    return new Change(call, type, before, draft.toUser(), fields, reason);
  }

  /** Writes a change of a locked user, and calls the listeners. */
  User save(Handle tx, Change change) {
    if (!change.isNone() && saveIfCurrent(tx, change).isEmpty()) {
      throw new IllegalStateException("not locked: user " + change.after().id());
    }
    return change.after();
  }

  /**
   * Writes a change of a user who was not locked, and calls the listeners.
   *
   * @return empty if the user is locked or was changed meanwhile; nothing was written then
   */
  Optional<User> saveIfCurrent(Handle tx, Change change) {
    reads.cache().forgetAtEnd(tx, change.after().id());
    if (write(tx, rows(List.of(change)), List.of(change)).isEmpty()) {
      return Optional.empty();
    }
    listeners.forEach(
        listener -> listener.onUpdated(tx, change.call(), change.before(), change.after()));
    return Optional.of(change.after());
  }

  /**
   * Writes changes of users that were not locked, in one statement that commits by itself.
   * Listeners are not called.
   *
   * @param changes in order; a change of the same user starts from the previous one's result
   * @param began the time of the cache before the users were read
   * @return the users whose changes were written. Users that were locked or changed meanwhile are
   *     left out, and nothing of theirs was written
   */
  Set<UserId> saveAll(Handle handle, List<Change> changes, Moment began) {
    var rows = rows(changes);
    Map<UserId, List<UUID>> written;
    try {
      written = write(handle, rows, changes);
    } catch (RuntimeException | Error failed) {
      // The statement may have been committed despite the failure.
      rows.keySet().forEach(reads.cache()::forget);
      throw failed;
    }
    rows.forEach(
        (id, row) -> {
          if (written.containsKey(id)) {
            reads.cache().replace(row.after(), began, written.get(id));
          } else {
            reads.cache().forget(id);
          }
        });
    return written.keySet();
  }

  private static Map<UserId, UserRows.Change> rows(List<Change> changes) {
    Map<UserId, UserRows.Change> rows = new LinkedHashMap<>();
    for (var change : changes) {
      rows.merge(
          change.after().id(),
          new UserRows.Change(change.before(), change.after()),
          (earlier, later) -> new UserRows.Change(earlier.before(), later.after()));
    }
    return rows;
  }

  private Map<UserId, List<UUID>> write(
      Handle handle, Map<UserId, UserRows.Change> rows, List<Change> changes) {
    return UserRows.update(
        handle,
        List.copyOf(rows.values()),
        events,
        changes.stream().map(UserWrites::entry).toList());
  }

  private static EventLog.Entry entry(Change change) {
    var after = change.after();
    return EventLog.Entry.of(change.call(), after.audit().updatedAt(), change.type(), after.id())
        .because(change.reason())
        .changing(change.fields())
        .leadingTo(after.audit().version());
  }
}
