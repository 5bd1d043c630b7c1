package com.ecommerce.user.core.internal.address;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.AddressPatch;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.Addresses;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All addresses of one user, which a use case changes in memory. It implements the rules for
 * defaults, and stores nothing. Not thread-safe.
 */
final class AddressBook {

  private final Map<AddressId, Address> stored = new LinkedHashMap<>();
  private final Map<AddressId, Address> current = new LinkedHashMap<>();

  /**
   * Creates a book.
   *
   * @param addresses all addresses of the user, the oldest first
   */
  AddressBook(List<Address> addresses) {
    addresses.forEach(address -> stored.put(address.id(), address));
    current.putAll(stored);
  }

  /** A stored address and its changed form. */
  record Revision(Address before, Address after) {
    /**
     * Returns the old address without the defaults that it loses, which must be removed before
     * another address can have them.
     */
    Address withoutLostDefaults() {
      return before.withDefaults(
          before.isDefaultShipping() && after.isDefaultShipping(),
          before.isDefaultBilling() && after.isDefaultBilling());
    }

    boolean losesDefault() {
      return !withoutLostDefaults().equals(before);
    }
  }

  Address get(AddressId id) {
    return Optional.ofNullable(current.get(id)).orElseThrow(() -> notFound(id));
  }

  void add(Address address) {
    if (current.size() >= Addresses.MAX_PER_USER) {
      throw UserServiceException.of(
          ErrorReason.ADDRESS_LIMIT_REACHED,
          "addresses: " + current.size() + " (expected: below " + Addresses.MAX_PER_USER + ")");
    }
    current.put(address.id(), address.withDefaults(false, false));
    for (DefaultKind kind : DefaultKind.values()) {
      if (kind.isDefault(address) || isOnlyOne(kind, address)) {
        makeDefault(kind, address.id());
      }
    }
  }

  void update(AddressId id, AddressPatch patch, User owner) {
    var before = get(id);
    var after = patch.applyTo(before, owner);
    current.put(id, after);
    for (DefaultKind kind : DefaultKind.values()) {
      updateDefault(kind, before, after, patch);
    }
  }

  private void updateDefault(DefaultKind kind, Address before, Address after, AddressPatch patch) {
    var requested = kind.requested(patch);
    boolean becomesFirst = !kind.admits(before) && isOnlyOne(kind, after);
    if (requested.applyTo(becomesFirst)) {
      makeDefault(kind, after.id());
    } else if (kind.isDefault(before) && !kind.admits(after)) {
      passOn(kind);
    } else if (kind.isDefault(before) && requested.isSet()) {
      clear(kind);
    }
  }

  void remove(AddressId id) {
    var removed = get(id);
    current.remove(id);
    for (DefaultKind kind : DefaultKind.values()) {
      if (kind.isDefault(removed)) {
        passOn(kind);
      }
    }
  }

  /**
   * Makes an address the default.
   *
   * @param type the kind of default; with {@code BOTH}, either both defaults change or none
   */
  void setDefault(AddressId id, AddressType type) {
    for (DefaultKind kind : DefaultKind.values()) {
      if (kind.isPartOf(type)) {
        makeDefault(kind, id);
      }
    }
  }

  private void makeDefault(DefaultKind kind, AddressId id) {
    var address = get(id);
    if (!kind.admits(address)) {
      throw UserServiceException.of(
          ErrorReason.ADDRESS_TYPE_MISMATCH,
          "type: " + address.type() + " (expected: " + kind + " or BOTH)");
    }
    current.replaceAll((eachId, each) -> kind.mark(each, eachId.equals(id)));
  }

  /**
   * Passes the default to the newest other address of the kind. The address that loses it no longer
   * has that kind.
   */
  private void passOn(DefaultKind kind) {
    clear(kind);
    current.values().stream()
        .filter(kind::admits)
        .reduce((older, newer) -> newer)
        .ifPresent(newest -> makeDefault(kind, newest.id()));
  }

  private void clear(DefaultKind kind) {
    current.replaceAll((id, address) -> kind.mark(address, false));
  }

  private boolean isOnlyOne(DefaultKind kind, Address address) {
    return kind.admits(address) && current.values().stream().filter(kind::admits).count() == 1;
  }

  /**
   * Completes the changes: every stored address that still exists and has changed gets its next
   * version.
   */
  List<Revision> revise(Actor actor, Instant now) {
    var revisions =
        stored.values().stream()
            .filter(before -> current.containsKey(before.id()))
            .filter(before -> !current.get(before.id()).equals(before))
            .map(before -> new Revision(before, revised(before, actor, now)))
            .toList();
    revisions.forEach(revision -> current.put(revision.after().id(), revision.after()));
    return revisions;
  }

  private Address revised(Address before, Actor actor, Instant now) {
    return current.get(before.id()).withAudit(before.audit().next(actor, now));
  }

  private static UserServiceException notFound(AddressId id) {
    return UserServiceException.notFound(ErrorReason.ADDRESS_NOT_FOUND, "address", id.toString());
  }
}
