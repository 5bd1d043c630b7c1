package com.ecommerce.user.core.address;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.event.Audit;
import java.util.Optional;

/**
 * An address to add; see {@link Address} for the fields.
 *
 * @param fullName may be empty: then it is the user's name
 * @param isDefaultShipping true makes it the default in any case; false leaves that to {@link
 *     Addresses#add}
 * @param isDefaultBilling likewise
 */
public record NewAddress(
    String label,
    String fullName,
    Optional<PhoneNumber> phone,
    PostalAddress postalAddress,
    AddressType type,
    boolean isDefaultShipping,
    boolean isDefaultBilling,
    String deliveryInstructions) {
  Address toAddress(AddressId id, User owner, Audit audit) {
    return new Address(
        id,
        owner.id(),
        label,
        FullNames.orNameOf(owner, fullName),
        phone,
        postalAddress,
        type,
        isDefaultShipping,
        isDefaultBilling,
        deliveryInstructions,
        audit);
  }
}
