package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.address.Address;
import java.time.Instant;
import java.util.Optional;

/**
 * The JSON form of an address.
 *
 * @param phoneNumber E.164
 * @param countryCode ISO 3166-1 alpha-2
 */
record AddressJson(
    String id,
    String userId,
    String label,
    String fullName,
    Optional<String> phoneNumber,
    String line1,
    String line2,
    String city,
    String state,
    String postalCode,
    String countryCode,
    String type,
    boolean isDefaultShipping,
    boolean isDefaultBilling,
    String deliveryInstructions,
    Instant createdAt,
    Instant updatedAt,
    long version) {
  static AddressJson of(Address address) {
    var place = address.postalAddress();
    return new AddressJson(
        address.id().toString(),
        address.userId().toString(),
        address.label(),
        address.fullName(),
        address.phone().map(PhoneNumber::e164),
        place.line1(),
        place.line2(),
        place.city(),
        place.state(),
        place.postalCode(),
        place.country().code(),
        NameParser.lower(address.type()),
        address.isDefaultShipping(),
        address.isDefaultBilling(),
        address.deliveryInstructions(),
        address.audit().createdAt(),
        address.audit().updatedAt(),
        address.audit().version());
  }
}
