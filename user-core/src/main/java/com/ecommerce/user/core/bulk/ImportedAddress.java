package com.ecommerce.user.core.bulk;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.NewAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * An address of a user to import. Immutable.
 *
 * @param id the id to keep; empty for a new one
 * @param createdAt the time of creation; empty for the user's
 */
public record ImportedAddress(
    Optional<AddressId> id, NewAddress address, Optional<Instant> createdAt) {
  public ImportedAddress {
    requireNonNull(id, "id");
    requireNonNull(address, "address");
    requireNonNull(createdAt, "createdAt");
  }

  /** Returns a masked text, since records end up in logs. */
  @Override
  public String toString() {
    return "ImportedAddress[masked]";
  }
}
