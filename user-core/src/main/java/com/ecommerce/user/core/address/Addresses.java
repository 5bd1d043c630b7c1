package com.ecommerce.user.core.address;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.address.AddressBook.Revision;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.event.EventLog;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.Daos;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The addresses of users, and which of them goods and bills go to by default. Thread-safe; changes
 * of one user's addresses happen one after the other.
 *
 * <p>A user has at most one default of each kind, shipping and billing:
 *
 * <ul>
 *   <li>The first address of a kind becomes its default, be it added or changed to that type.
 *   <li>A default whose address is deleted, or changed to a type that does not cover the kind, goes
 *       to the newest other address of the kind, if there is one.
 *   <li>A default that a patch sets to false goes to nobody; the kind then has none until one is
 *       set. A patch that says so for the first address of a kind has its way, too.
 * </ul>
 *
 * <p>Each address whose default comes or goes counts as changed: its version grows.
 *
 * <p>Every method throws {@link UserServiceException} with {@code USER_NOT_FOUND}, with the reasons
 * named there, and with {@code DATABASE_UNAVAILABLE}, {@code DEADLINE_EXCEEDED} or {@code
 * CALL_CANCELLED}. An address of another user is {@code ADDRESS_NOT_FOUND}, like one that does not
 * exist.
 */
public final class Addresses {
  /** The greatest number of addresses that a user may have. */
  public static final int MAX_PER_USER = AddressBook.MAX_ADDRESSES;

  private final Database database;
  private final Clock clock;
  private final Uuids ids;
  private final EventLog events;
  private final Users users;

  /** For {@code UserCore}, which is the way to get one. */
  public Addresses(Database database, Clock clock, Uuids ids, EventLog events, Users users) {
    this.database = database;
    this.clock = clock;
    this.ids = ids;
    this.events = events;
    this.users = users;
  }

  /**
   * Adds an address.
   *
   * @throws UserServiceException also with {@code ADDRESS_LIMIT_REACHED} when the user has {@link
   *     #MAX_PER_USER}, and with {@code ADDRESS_TYPE_MISMATCH} when it shall be the default of a
   *     kind that its type does not cover
   */
  public Address add(Call call, UserId userId, NewAddress newAddress) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    requireNonNull(newAddress, "newAddress");
    return database.inTransaction(
        call,
        tx -> {
          var owner = users.lock(tx, userId);
          var book = book(tx, userId);
          var id = new AddressId(ids.next());
          var now = clock.instant();
          book.add(newAddress.toAddress(id, owner, Audit.first(call.actor(), now)));
          saveRevisions(tx, call, book, now);
          var added = book.get(id);
          Daos.on(tx, AddressDao.class).insert(AddressColumns.of(added));
          append(tx, call, now, EventType.ADDRESS_ADDED, added, List.of());
          return added;
        });
  }

  /**
   * Changes what the patch sets. A patch that changes nothing leaves the version alone.
   *
   * @throws UserServiceException also with {@code ADDRESS_NOT_FOUND}, {@code VERSION_MISMATCH}, and
   *     {@code ADDRESS_TYPE_MISMATCH} when it shall be the default of a kind that its type does not
   *     cover
   */
  public Address update(Call call, UserId userId, AddressId id, AddressPatch patch) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    requireNonNull(id, "id");
    requireNonNull(patch, "patch");
    return database.inTransaction(
        call,
        tx -> {
          var owner = users.lock(tx, userId);
          var book = book(tx, userId);
          book.get(id).audit().requireVersion(patch.expectedVersion());
          book.update(id, patch, owner);
          saveRevisions(tx, call, book, clock.instant());
          return book.get(id);
        });
  }

  /**
   * Deletes an address.
   *
   * @throws UserServiceException also with {@code ADDRESS_NOT_FOUND}
   */
  public void delete(Call call, UserId userId, AddressId id) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    requireNonNull(id, "id");
    database.useTransaction(
        call,
        tx -> {
          users.lock(tx, userId);
          var book = book(tx, userId);
          var deleted = book.get(id);
          book.remove(id);
          var now = clock.instant();
          Daos.on(tx, AddressDao.class).delete(id.value());
          append(tx, call, now, EventType.ADDRESS_DELETED, deleted, List.of());
          saveRevisions(tx, call, book, now);
        });
  }

  /**
   * The user's addresses, the oldest first.
   *
   * @param type shows only those that cover it: for shipping and billing also those for both; empty
   *     shows all
   */
  public List<Address> list(Call call, UserId userId, Optional<AddressType> type) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    requireNonNull(type, "type");
    var addresses =
        database.read(call, handle -> Daos.on(handle, AddressDao.class).list(userId.value()));
    if (addresses.isEmpty()) {
      users.get(call, userId);
    }
    return addresses.stream()
        .filter(address -> type.isEmpty() || address.type().covers(type.get()))
        .toList();
  }

  /**
   * Makes an address the default.
   *
   * @param type for shipping, billing, or both at once
   * @throws UserServiceException also with {@code ADDRESS_NOT_FOUND}, and with {@code
   *     ADDRESS_TYPE_MISMATCH} when the address's own type does not cover the asked one
   */
  public Address setDefault(Call call, UserId userId, AddressId id, AddressType type) {
    requireNonNull(call, "call");
    requireNonNull(userId, "userId");
    requireNonNull(id, "id");
    requireNonNull(type, "type");
    return database.inTransaction(
        call,
        tx -> {
          users.lock(tx, userId);
          var book = book(tx, userId);
          book.setDefault(id, type);
          saveRevisions(tx, call, book, clock.instant());
          return book.get(id);
        });
  }

  /** Complete and current: every change of a user's addresses holds the lock on the user. */
  private static AddressBook book(Handle tx, UserId userId) {
    return new AddressBook(Daos.on(tx, AddressDao.class).list(userId.value()));
  }

  /** First those that let go of a default, since at no moment two may hold it. */
  private void saveRevisions(Handle tx, Call call, AddressBook book, Instant now) {
    var dao = Daos.on(tx, AddressDao.class);
    var revisions = book.revise(call.actor(), now);
    revisions.stream()
        .filter(Revision::losesDefault)
        .map(Revision::withoutLostDefaults)
        .forEach(dao::updateDefaults);
    for (Revision revision : revisions) {
      dao.update(AddressColumns.of(revision.after()));
      var fields = AddressFields.changed(revision.before(), revision.after());
      var type =
          AddressFields.areDefaultsOnly(fields)
              ? EventType.ADDRESS_DEFAULT_CHANGED
              : EventType.ADDRESS_UPDATED;
      append(tx, call, now, type, revision.after(), fields);
    }
  }

  private void append(
      Handle tx, Call call, Instant now, EventType type, Address address, List<String> fields) {
    events.append(tx, call, now, type, address.userId(), address.id().value(), fields);
  }
}
