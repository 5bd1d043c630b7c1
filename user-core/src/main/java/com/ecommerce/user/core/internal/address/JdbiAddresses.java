package com.ecommerce.user.core.internal.address;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.AddressPatch;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.Addresses;
import com.ecommerce.user.core.address.NewAddress;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.account.Accounts;
import com.ecommerce.user.core.internal.address.AddressBook.Revision;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.IdempotentWrites;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.patch.VersionCondition;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** Implements {@link Addresses} with Jdbi. */
public final class JdbiAddresses implements Addresses {
  private final Database database;
  private final IdempotentWrites writes;
  private final Clock clock;
  private final Uuids ids;
  private final EventLog events;
  private final Accounts accounts;

  /** Creates the use cases, for {@code UserCore}. */
  public JdbiAddresses(
      Database database,
      IdempotentWrites writes,
      Clock clock,
      Uuids ids,
      EventLog events,
      Accounts accounts) {
    this.database = database;
    this.writes = writes;
    this.clock = clock;
    this.ids = ids;
    this.events = events;
    this.accounts = accounts;
  }

  @Override
  public Address add(RequestContext call, UserId userId, NewAddress newAddress) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    requireNonNull(newAddress, "newAddress");
    var id = new AddressId(ids.next());
    return writes.creating(
        call,
        id.value(),
        clock.instant(),
        tx -> {
          var owner = accounts.lock(tx, userId);
          // Addresses are listed in the order of these times, so that of the lock.
          var now = clock.instant();
          var book = book(tx, userId);
          book.add(newAddress.toAddress(id, owner, Audit.first(call.actor(), now)));
          saveRevisions(tx, call, book, now);
          var added = book.get(id);
          new AddressDao(tx).insert(added);
          append(tx, call, now, EventType.ADDRESS_ADDED, added, List.of());
          return added;
        },
        (tx, earlier) -> book(tx, userId).get(new AddressId(earlier.object().orElseThrow())));
  }

  @Override
  public Address update(
      RequestContext call,
      UserId userId,
      AddressId id,
      Function<? super Address, AddressPatch> change) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    requireNonNull(id, "id");
    requireNonNull(change, "change");
    return writes.inTransaction(
        call,
        tx -> {
          var owner = accounts.lock(tx, userId);
          var book = book(tx, userId);
          var before = book.get(id);
          var patch = requireNonNull(change.apply(before), "the patch of the change");
          patch.condition().require(before.audit().version());
          book.update(id, patch, owner);
          saveRevisions(tx, call, book, clock.instant());
          return book.get(id);
        },
        tx -> book(tx, userId).get(id));
  }

  @Override
  public void delete(RequestContext call, UserId userId, AddressId id, VersionCondition condition) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    requireNonNull(id, "id");
    requireNonNull(condition, "condition");
    writes.useTransaction(
        call,
        tx -> {
          accounts.lock(tx, userId);
          var book = book(tx, userId);
          var deleted = book.get(id);
          condition.require(deleted.audit().version());
          book.remove(id);
          var now = clock.instant();
          new AddressDao(tx).delete(id.value());
          append(tx, call, now, EventType.ADDRESS_DELETED, deleted, List.of());
          saveRevisions(tx, call, book, now);
        });
  }

  @Override
  public List<Address> list(RequestContext call, UserId userId, Optional<AddressType> type) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    requireNonNull(type, "type");
    var addresses = database.read(call, handle -> new AddressDao(handle).list(userId.value()));
    if (addresses.isEmpty()) {
      accounts.requireExists(call, userId);
    }
    return addresses.stream()
        .filter(address -> type.isEmpty() || address.type().covers(type.get()))
        .toList();
  }

  @Override
  public Address setDefault(
      RequestContext call,
      UserId userId,
      AddressId id,
      AddressType type,
      VersionCondition condition) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    requireNonNull(id, "id");
    requireNonNull(type, "type");
    requireNonNull(condition, "condition");
    return writes.inTransaction(
        call,
        tx -> {
          accounts.lock(tx, userId);
          var book = book(tx, userId);
          condition.require(book.get(id).audit().version());
          book.setDefault(id, type);
          saveRevisions(tx, call, book, clock.instant());
          return book.get(id);
        },
        tx -> book(tx, userId).get(id));
  }

  /**
   * Returns the addresses of a user, which are current, since every change of a user's addresses
   * locks the user.
   */
  private static AddressBook book(Handle tx, UserId userId) {
    return new AddressBook(new AddressDao(tx).list(userId.value()));
  }

  /**
   * Saves the changed addresses. Those that lose a default come first, since two addresses must
   * never have it at the same time.
   */
  private void saveRevisions(Handle tx, RequestContext call, AddressBook book, Instant now) {
    var dao = new AddressDao(tx);
    var revisions = book.revise(call.actor(), now);
    revisions.stream()
        .filter(Revision::losesDefault)
        .map(Revision::withoutLostDefaults)
        .forEach(dao::updateDefaults);
    for (Revision revision : revisions) {
      dao.update(revision.after());
      var fields = AddressFields.changed(revision.before(), revision.after());
      var type =
          AddressFields.areDefaultsOnly(fields)
              ? EventType.ADDRESS_DEFAULT_CHANGED
              : EventType.ADDRESS_UPDATED;
      append(tx, call, now, type, revision.after(), fields);
    }
  }

  private void append(
      Handle tx,
      RequestContext call,
      Instant now,
      EventType type,
      Address address,
      List<String> fields) {
    var event = EventLog.Entry.of(call, now, type, address.userId());
    events.append(tx, event.about(address.id().value()).changing(fields));
  }
}
