package com.ecommerce.user.core.bulk;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.preference.PreferenceSet;
import java.util.List;
import java.util.Optional;

/**
 * A user of an export, with what belongs to the account. Immutable.
 *
 * @param passwordHash the hash of the password, in a form that an import accepts; empty if the user
 *     has no password or the export is without hashes
 * @param addresses all addresses, the oldest first
 * @param preferences empty for a user who never changed any
 */
public record ExportedUser(
    User user,
    Optional<String> passwordHash,
    List<Address> addresses,
    Optional<PreferenceSet> preferences) {
  public ExportedUser {
    requireNonNull(user, "user");
    requireNonNull(passwordHash, "passwordHash");
    addresses = List.copyOf(addresses);
    requireNonNull(preferences, "preferences");
  }

  /** Returns a masked text, since records end up in logs. */
  @Override
  public String toString() {
    return "ExportedUser[" + user.id() + "]";
  }
}
