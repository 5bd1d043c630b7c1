package com.ecommerce.user.core.internal.bulk;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.bulk.ImportOptions;
import com.ecommerce.user.core.bulk.ImportResult;
import com.ecommerce.user.core.bulk.ImportResult.Outcome;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.account.ImportWrites;
import com.ecommerce.user.core.internal.address.BulkAddresses;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.internal.preference.BulkPreferences;
import com.ecommerce.user.core.preference.PreferencePatch;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Writes the rows of one call of an import, in its transaction.
 *
 * <p><b>Algorithm.</b> The rows are written in passes. A pass takes the rows that share no key with
 * an earlier row of the pass, and finds the users with their keys by one query. Rows that are the
 * same as at the last import end here, without a lock. New users are added by one statement for
 * each table, which leaves out those whose key another transaction has added since ({@code on
 * conflict do nothing}); existing users are locked in the order of their ids and changed one by
 * one. Rows that lost such a race, and rows that share a key with an earlier row, are left to the
 * next pass, which sees the users of this pass. The number of passes is bounded by the rows that
 * share a key and by {@link #MAX_RACES}.
 */
final class ImportTransaction {
  /** The number of times that a row may find its user changed by another transaction. */
  private static final int MAX_RACES = 5;

  private final ImportParts parts;
  private final Handle tx;
  private final RequestContext call;
  private final ImportOptions options;
  private final Map<Integer, ImportResult> results = new HashMap<>();
  private final Map<Integer, Integer> races = new HashMap<>();

  ImportTransaction(ImportParts parts, Handle tx, RequestContext call, ImportOptions options) {
    this.parts = parts;
    this.tx = tx;
    this.call = call;
    this.options = options;
  }

  /** A row and the user whom it updates. */
  private record Update(PreparedRow row, KnownUser known) {}

  /** Returns the results in the order of the rows. */
  List<ImportResult> run(List<PreparedRow> rows) {
    rows.forEach(row -> row.failure().ifPresent(failure -> refuse(row, failure)));
    var waiting = rows.stream().filter(row -> row.failure().isEmpty()).toList();
    while (!waiting.isEmpty()) {
      var pass = withDistinctKeys(waiting);
      write(pass);
      waiting = waiting.stream().filter(row -> !results.containsKey(row.index())).toList();
    }
    return rows.stream().map(row -> results.get(row.index())).toList();
  }

  private static List<PreparedRow> withDistinctKeys(List<PreparedRow> rows) {
    Set<Object> seen = new HashSet<>();
    List<PreparedRow> distinct = new ArrayList<>();
    for (var row : rows) {
      var keys = row.keys();
      // The keys of a waiting row count, too, so that a third row with one of them comes after it.
      boolean isDistinct = keys.stream().noneMatch(seen::contains);
      seen.addAll(keys);
      if (isDistinct) {
        distinct.add(row);
      }
    }
    return distinct;
  }

  private void write(List<PreparedRow> pass) {
    var known =
        new KnownUsers(new ImportDao(tx).find(pass.stream().map(PreparedRow::row).toList()));
    List<PreparedRow> additions = new ArrayList<>();
    List<Update> updates = new ArrayList<>();
    for (var row : pass) {
      try {
        var target = known.target(row.row());
        known.requireNoConflict(row.row(), target);
        if (target.isEmpty()) {
          additions.add(row);
        } else if (isSame(row, target.get())) {
          finish(row, Outcome.UNCHANGED, target.get().id());
        } else {
          updates.add(new Update(row, target.get()));
        }
      } catch (UserServiceException conflict) {
        refuse(row, conflict);
      }
    }
    add(additions);
    update(updates);
  }

  /**
   * Returns whether the row is the one that its user was last imported from. A plain password is
   * compared separately, since it has no digest.
   */
  private static boolean isSame(PreparedRow row, KnownUser known) {
    boolean samePassword =
        row.row().password().isPresent()
            ? row.hash().isEmpty()
            : row.hash().isEmpty() || Arrays.equals(row.passwordDigest(), known.passwordDigest());
    return samePassword && Arrays.equals(row.row().digest(), known.rowDigest());
  }

  private void add(List<PreparedRow> rows) {
    Map<UserId, PreparedRow> added = new LinkedHashMap<>();
    Map<UserId, User> users = new LinkedHashMap<>();
    List<Address> addresses = new ArrayList<>();
    for (var row : rows) {
      var user =
          row.row().toUser(new UserId(parts.ids().next()), call.actor(), parts.clock().instant());
      try {
        addresses.addAll(addressesOf(row, user));
        users.put(user.id(), user);
        added.put(user.id(), row);
      } catch (UserServiceException refused) {
        refuse(row, refused);
      }
    }
    var inserted = parts.writes().insert(tx, newRows(users, added));
    added
        .entrySet()
        .removeIf(entry -> !inserted.contains(entry.getKey()) && lost(entry.getValue()));
    parts.passwords().insertImported(tx, hashes(added));
    BulkAddresses.insert(
        tx, addresses.stream().filter(address -> inserted.contains(address.userId())).toList());
    BulkPreferences.insert(tx, preferences(added));
    record(added.keySet(), users);
    added.forEach(
        (id, row) -> {
          callListeners(Optional.empty(), users.get(id));
          finish(row, Outcome.CREATED, id);
        });
  }

  private List<Address> addressesOf(PreparedRow row, User owner) {
    var addresses = row.row().addresses().orElse(List.of());
    return BulkAddresses.of(owner, addresses, call.actor(), parts.ids());
  }

  private static List<ImportWrites.NewRow> newRows(
      Map<UserId, User> users, Map<UserId, PreparedRow> rows) {
    return users.values().stream()
        .map(
            user -> {
              var row = rows.get(user.id());
              return new ImportWrites.NewRow(user, row.row().digest(), row.passwordDigest());
            })
        .toList();
  }

  private static Map<UserId, PasswordHash> hashes(Map<UserId, PreparedRow> rows) {
    Map<UserId, PasswordHash> hashes = new LinkedHashMap<>();
    rows.forEach((id, row) -> row.hash().ifPresent(hash -> hashes.put(id, hash)));
    return hashes;
  }

  private static Map<UserId, PreferencePatch> preferences(Map<UserId, PreparedRow> rows) {
    return rows.entrySet().stream()
        .collect(
            Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().row().preferences()));
  }

  private void record(Set<UserId> created, Map<UserId, User> users) {
    if (created.isEmpty()) {
      return;
    }
    var now = parts.clock().instant();
    parts
        .events()
        .append(
            tx,
            created.stream()
                .map(
                    id ->
                        EventLog.Entry.of(call, now, EventType.USER_IMPORTED, id)
                            .leadingTo(users.get(id).audit().version()))
                .toList());
  }

  private void update(List<Update> updates) {
    var ids = updates.stream().map(update -> update.known().id()).toList();
    var locked = ids.isEmpty() ? Map.<UserId, User>of() : parts.writes().lock(tx, ids);
    for (var update : updates) {
      var before = locked.get(update.known().id());
      boolean isCurrent =
          before != null
              && before.email().equals(update.known().email())
              && before.externalId().equals(update.known().externalId());
      if (isCurrent) {
        update(update.row(), update.known(), before);
      } else {
        lost(update.row());
      }
    }
  }

  private void update(PreparedRow row, KnownUser known, User before) {
    List<Address> addresses;
    try {
      addresses = addressesOf(row, before);
    } catch (UserServiceException refused) {
      refuse(row, refused);
      return;
    }
    var draft = before.draft();
    row.row().applyTo(draft);
    var saved = parts.writes().save(tx, call, before, draft);
    List<String> changed = new ArrayList<>(saved.fields());
    if (replacePassword(row, known, before, saved.user())) {
      changed.add("password");
    }
    if (row.row().addresses().isPresent()
        && BulkAddresses.replace(tx, before, row.row().addresses().get(), addresses)) {
      changed.add("addresses");
    }
    changed.addAll(BulkPreferences.update(tx, before.id(), row.row().preferences()));
    if (setLastLogin(row, saved.user())) {
      changed.add("last_login_at");
      if (saved.fields().isEmpty()) {
        // The caches of other instances follow events of this type.
        append(event(EventType.USER_UPDATED, before.id(), List.of("last_login_at")));
      }
    }
    var passwordDigest = row.hash().isPresent() ? row.passwordDigest() : known.passwordDigest();
    new ImportDao(tx).remember(before.id(), row.row().digest(), passwordDigest);
    if (changed.isEmpty()) {
      finish(row, Outcome.UNCHANGED, before.id());
      return;
    }
    if (!saved.fields().isEmpty()) {
      callListeners(Optional.of(before), saved.user());
    }
    var imported = event(EventType.USER_IMPORTED, before.id(), changed);
    append(
        saved.fields().isEmpty() ? imported : imported.leadingTo(saved.user().audit().version()));
    finish(row, Outcome.UPDATED, before.id());
  }

  private EventLog.Entry event(EventType type, UserId user, List<String> fields) {
    return EventLog.Entry.of(call, parts.clock().instant(), type, user).changing(fields);
  }

  private void append(EventLog.Entry event) {
    parts.events().append(tx, event);
  }

  /**
   * Replaces the password by the imported one, or removes it: somebody who created an account with
   * an email of others must not keep its password when the import declares the email verified.
   */
  private boolean replacePassword(PreparedRow row, KnownUser known, User before, User after) {
    boolean isNew =
        row.hash().isPresent()
            && !row.hash().equals(known.hash())
            && !(row.passwordDigest() != null
                && Arrays.equals(row.passwordDigest(), known.passwordDigest()));
    if (isNew) {
      parts
          .passwords()
          .replaceImported(tx, call, before.id(), row.hash().get(), options.sendsMails());
      return true;
    }
    boolean isDoubtful =
        !before.emailVerified()
            && after.emailVerified()
            && row.hash().isEmpty()
            && row.row().password().isEmpty()
            && known.hash().isPresent()
            && known.passwordDigest() == null;
    if (isDoubtful) {
      parts.passwords().remove(tx, call, before.id());
    }
    return isDoubtful;
  }

  private boolean setLastLogin(PreparedRow row, User user) {
    var later =
        row.row()
            .lastLoginAt()
            .filter(time -> user.lastLoginAt().filter(known -> !known.isBefore(time)).isEmpty());
    later.ifPresent(time -> parts.writes().saveLastLogin(tx, user.id(), time));
    return later.isPresent();
  }

  private void callListeners(Optional<User> before, User after) {
    parts
        .listeners()
        .forEach(listener -> listener.onImported(tx, call, before, after, options.sendsMails()));
  }

  /** Leaves the row to the next pass, or refuses it. */
  private boolean lost(PreparedRow row) {
    if (races.merge(row.index(), 1, Integer::sum) >= MAX_RACES) {
      refuse(
          row,
          UserServiceException.of(
              ErrorReason.VERSION_MISMATCH,
              "changed by others meanwhile (expected: another attempt)"));
    }
    return true;
  }

  private void finish(PreparedRow row, Outcome outcome, UserId user) {
    results.put(row.index(), new ImportResult(outcome, Optional.of(user), Optional.empty()));
  }

  private void refuse(PreparedRow row, UserServiceException failure) {
    results.put(row.index(), ImportResult.failed(failure));
  }
}
