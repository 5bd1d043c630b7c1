package com.ecommerce.user.core.address;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.patch.VersionCondition;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The addresses of users, with their defaults for shipping and billing. Thread-safe; the methods
 * block. Changes to one user's addresses are made one after the other.
 *
 * <p>A user has at most one default of each kind, shipping and billing:
 *
 * <ul>
 *   <li>The first address of a kind becomes its default, whether it was added or changed to that
 *       type.
 *   <li>A default whose address is deleted, or changed to a type that does not cover the kind, goes
 *       to the newest other address of the kind, if there is one.
 *   <li>If a patch sets a default to false, no other address takes its place, and the kind has no
 *       default until one is set. This also holds for the first address of a kind.
 * </ul>
 *
 * <p>An address that becomes a default or ceases to be one counts as changed: its version
 * increases.
 *
 * <p>Every method throws {@link UserServiceException} with {@code USER_NOT_FOUND}, with the reasons
 * that it names, and with {@code DATABASE_UNAVAILABLE}, {@code DEADLINE_EXCEEDED} or {@code
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
   *     #MAX_PER_USER}, and with {@code ADDRESS_TYPE_MISMATCH} if it is to be the default of a kind
   *     that its type does not cover
   */
  Address add(RequestContext call, UserId userId, NewAddress newAddress);

  /**
   * Applies the patch. A patch that changes nothing leaves the version as it is.
   *
   * @throws UserServiceException also with {@code ADDRESS_NOT_FOUND}, {@code VERSION_MISMATCH}, and
   *     {@code ADDRESS_TYPE_MISMATCH} if it is to be the default of a kind that its type does not
   *     cover
   */
  default Address update(RequestContext call, UserId userId, AddressId id, AddressPatch patch) {
    requireNonNull(patch, "patch");
    return update(call, userId, id, current -> patch);
  }

  /**
   * Applies a patch that is computed from the current address. Throws the same exceptions, and
   * those of the function.
   *
   * @param change returns the patch for the current address, which is locked. It is called in the
   *     transaction, again if the transaction is repeated, and must not block
   */
  Address update(
      RequestContext call,
      UserId userId,
      AddressId id,
      Function<? super Address, AddressPatch> change);

  /**
   * Deletes an address.
   *
   * @throws UserServiceException also with {@code ADDRESS_NOT_FOUND}
   */
  default void delete(RequestContext call, UserId userId, AddressId id) {
    delete(call, userId, id, VersionCondition.ANY);
  }

  /** Deletes an address if its version meets the condition; otherwise throws its exception. */
  void delete(RequestContext call, UserId userId, AddressId id, VersionCondition condition);

  /**
   * Returns the user's addresses, the oldest first.
   *
   * @param type selects the addresses whose type covers it, so addresses for both are included;
   *     empty selects all
   */
  List<Address> list(RequestContext call, UserId userId, Optional<AddressType> type);

  /**
   * Makes an address the default.
   *
   * @param type for shipping, billing, or both at once
   * @throws UserServiceException also with {@code ADDRESS_NOT_FOUND}, and with {@code
   *     ADDRESS_TYPE_MISMATCH} if the type of the address does not cover the given one
   */
  default Address setDefault(RequestContext call, UserId userId, AddressId id, AddressType type) {
    return setDefault(call, userId, id, type, VersionCondition.ANY);
  }

  /**
   * Does the same if the version of the address meets the condition; otherwise throws its
   * exception.
   */
  Address setDefault(
      RequestContext call,
      UserId userId,
      AddressId id,
      AddressType type,
      VersionCondition condition);
}
