package com.ecommerce.user.core.address;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;

/**
 * An address of a user. Texts are empty if the user entered nothing. Immutable.
 *
 * @param label the user's name for the address, such as "Home"
 * @param fullName the recipient; never empty
 * @param isDefaultShipping whether this is the default for shipping; at most one address of a user
 *     is, and its type covers shipping
 * @param isDefaultBilling whether this is the default for billing; at most one address of a user
 *     is, and its type covers billing
 */
public record Address(
    AddressId id,
    UserId userId,
    String label,
    String fullName,
    Optional<PhoneNumber> phone,
    PostalAddress postalAddress,
    AddressType type,
    boolean isDefaultShipping,
    boolean isDefaultBilling,
    String deliveryInstructions,
    Audit audit) {
  /** Returns a copy that is, or is not, the default for shipping and for billing. */
  public Address withDefaults(boolean shipping, boolean billing) {
    return with(shipping, billing, audit);
  }

  /** Returns a copy with these times, actors and version. */
  public Address withAudit(Audit value) {
    return with(isDefaultShipping, isDefaultBilling, value);
  }

  private Address with(boolean shipping, boolean billing, Audit value) {
    return new Address(
        id,
        userId,
        label,
        fullName,
        phone,
        postalAddress,
        type,
        shipping,
        billing,
        deliveryInstructions,
        value);
  }
}
