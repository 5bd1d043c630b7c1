package com.ecommerce.user.core.address;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.List;
import java.util.Optional;

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
public interface Addresses {
  /** The greatest number of addresses that a user may have. */
  int MAX_PER_USER = 50;

  /**
   * Adds an address.
   *
   * @throws UserServiceException also with {@code ADDRESS_LIMIT_REACHED} when the user has {@link
   *     #MAX_PER_USER}, and with {@code ADDRESS_TYPE_MISMATCH} when it shall be the default of a
   *     kind that its type does not cover
   */
  Address add(RequestContext call, UserId userId, NewAddress newAddress);

  /**
   * Changes what the patch sets. A patch that changes nothing leaves the version alone.
   *
   * @throws UserServiceException also with {@code ADDRESS_NOT_FOUND}, {@code VERSION_MISMATCH}, and
   *     {@code ADDRESS_TYPE_MISMATCH} when it shall be the default of a kind that its type does not
   *     cover
   */
  Address update(RequestContext call, UserId userId, AddressId id, AddressPatch patch);

  /**
   * Deletes an address.
   *
   * @throws UserServiceException also with {@code ADDRESS_NOT_FOUND}
   */
  void delete(RequestContext call, UserId userId, AddressId id);

  /**
   * The user's addresses, the oldest first.
   *
   * @param type shows only those that cover it: for shipping and billing also those for both; empty
   *     shows all
   */
  List<Address> list(RequestContext call, UserId userId, Optional<AddressType> type);

  /**
   * Makes an address the default.
   *
   * @param type for shipping, billing, or both at once
   * @throws UserServiceException also with {@code ADDRESS_NOT_FOUND}, and with {@code
   *     ADDRESS_TYPE_MISMATCH} when the address's own type does not cover the asked one
   */
  Address setDefault(RequestContext call, UserId userId, AddressId id, AddressType type);
}
