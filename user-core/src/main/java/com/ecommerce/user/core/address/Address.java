package com.ecommerce.user.core.address;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;

/**
 * An address of a user. Texts are empty where nothing was told.
 *
 * @param label what the user calls it, such as "Home"
 * @param fullName who lives there; never empty
 * @param isDefaultShipping at most one address of a user is, and its type covers shipping
 * @param isDefaultBilling at most one address of a user is, and its type covers billing
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
  public Address withDefaults(boolean shipping, boolean billing) {
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
        audit);
  }

  public Address withAudit(Audit value) {
    return new Address(
        id,
        userId,
        label,
        fullName,
        phone,
        postalAddress,
        type,
        isDefaultShipping,
        isDefaultBilling,
        deliveryInstructions,
        value);
  }
}
