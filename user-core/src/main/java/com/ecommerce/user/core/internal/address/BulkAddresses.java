package com.ecommerce.user.core.internal.address;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.bulk.ImportedAddress;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/** Reads and writes the addresses of many users, for imports and exports. */
public final class BulkAddresses {
  private BulkAddresses() {}

  /**
   * Returns the addresses of a user, with the defaults that they get when they are added in their
   * order.
   *
   * @throws UserServiceException with {@code ADDRESS_TYPE_MISMATCH}
   */
  public static List<Address> of(User owner, List<ImportedAddress> rows, Actor actor, Uuids ids) {
    var book = new AddressBook(List.of());
    List<AddressId> order = new ArrayList<>();
    for (var row : rows) {
      var id = row.id().orElseGet(() -> new AddressId(ids.next()));
      var created = row.createdAt().orElse(owner.audit().createdAt());
      book.add(row.address().toAddress(id, owner, Audit.first(actor, created)));
      order.add(id);
    }
    return order.stream().map(book::get).toList();
  }

  /** Returns the addresses of each of the users who has any, the oldest first. */
  public static Map<UserId, List<Address>> find(Handle handle, Collection<UserId> users) {
    return new AddressDao(handle)
        .listAll(users.stream().map(UserId::value).toArray(UUID[]::new)).stream()
            .collect(Collectors.groupingBy(Address::userId));
  }

  /** Adds addresses, which may belong to different users. */
  public static void insert(Handle tx, List<Address> addresses) {
    new AddressDao(tx).insertAll(addresses);
  }

  /**
   * Makes these the addresses of a locked user, unless the user has the same ones.
   *
   * @param rows the rows from which the addresses were made
   * @return whether anything has changed
   */
  public static boolean replace(
      Handle tx, User owner, List<ImportedAddress> rows, List<Address> addresses) {
    var dao = new AddressDao(tx);
    if (areSame(dao.list(owner.id().value()), rows, addresses)) {
      return false;
    }
    dao.deleteAll(owner.id().value());
    dao.insertAll(addresses);
    return true;
  }

  /**
   * Compares addresses, except for times, actors, and ids that the rows do not contain. The wanted
   * addresses are in the order of the rows. They are compared in the order of the stored ones: by
   * time and id. PostgreSQL sorts uuids in the order of their texts.
   */
  private static boolean areSame(
      List<Address> stored, List<ImportedAddress> rows, List<Address> wanted) {
    var order =
        IntStream.range(0, wanted.size())
            .boxed()
            .sorted(
                Comparator.comparing((Integer i) -> wanted.get(i).audit().createdAt())
                    .thenComparing(i -> wanted.get(i).id().toString()))
            .toList();
    return stored.size() == wanted.size()
        && IntStream.range(0, stored.size())
            .allMatch(i -> isSame(stored.get(i), rows.get(order.get(i)), wanted.get(order.get(i))));
  }

  private static boolean isSame(Address stored, ImportedAddress row, Address wanted) {
    return AddressFields.changed(stored, wanted).isEmpty()
        && row.id().map(stored.id()::equals).orElse(true);
  }
}
