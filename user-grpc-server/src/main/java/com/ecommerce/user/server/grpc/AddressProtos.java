package com.ecommerce.user.server.grpc;

import com.ecommerce.common.v1.Address;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.NewAddress;
import com.ecommerce.user.core.address.PostalAddress;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.v1.AddUserAddressRequest;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.ListUserAddressesResponse;
import com.ecommerce.user.v1.SetDefaultAddressRequest;
import com.ecommerce.user.v1.UserAddress;
import java.util.List;
import java.util.Optional;

/** Converts between the messages of {@code user.v1} about addresses and types of the core. */
final class AddressProtos {
  private AddressProtos() {}

  static UserAddress address(com.ecommerce.user.core.address.Address address) {
    var message =
        UserAddress.newBuilder()
            .setId(address.id().toString())
            .setUserId(address.userId().toString())
            .setLabel(address.label())
            .setFullName(address.fullName())
            .setAddress(postalAddress(address.postalAddress()))
            .setType(type(address.type()))
            .setIsDefaultShipping(address.isDefaultShipping())
            .setIsDefaultBilling(address.isDefaultBilling())
            .setDeliveryInstructions(address.deliveryInstructions())
            .setAudit(CommonProtos.audit(address.audit()));
    address.phone().map(CommonProtos::phone).ifPresent(message::setPhone);
    return message.build();
  }

  private static Address postalAddress(PostalAddress address) {
    return Address.newBuilder()
        .setLine1(address.line1())
        .setLine2(address.line2())
        .setCity(address.city())
        .setState(address.state())
        .setPostalCode(address.postalCode())
        .setCountryCode(address.country().code())
        .build();
  }

  private static com.ecommerce.user.v1.AddressType type(AddressType type) {
    return switch (type) {
      case SHIPPING -> com.ecommerce.user.v1.AddressType.ADDRESS_TYPE_SHIPPING;
      case BILLING -> com.ecommerce.user.v1.AddressType.ADDRESS_TYPE_BILLING;
      case BOTH -> com.ecommerce.user.v1.AddressType.ADDRESS_TYPE_BOTH;
    };
  }

  /**
   * Returns the type; empty if it is unspecified.
   *
   * @throws InvalidValueException with rule {@code UNKNOWN_VALUE}
   */
  private static Optional<AddressType> type(com.ecommerce.user.v1.AddressType type) {
    return switch (type) {
      case ADDRESS_TYPE_SHIPPING -> Optional.of(AddressType.SHIPPING);
      case ADDRESS_TYPE_BILLING -> Optional.of(AddressType.BILLING);
      case ADDRESS_TYPE_BOTH -> Optional.of(AddressType.BOTH);
      case ADDRESS_TYPE_UNSPECIFIED -> Optional.empty();
      case UNRECOGNIZED ->
          throw new InvalidValueException("UNKNOWN_VALUE", "unknown (expected: an AddressType)");
    };
  }

  /**
   * Returns the type, which must be specified.
   *
   * @throws InvalidValueException with rule {@code REQUIRED} or {@code UNKNOWN_VALUE}
   */
  static AddressType requiredType(com.ecommerce.user.v1.AddressType type) {
    return type(type).orElseThrow(InvalidValueException::required);
  }

  /** An address to add, and the user to add it to. */
  record Addition(UserId id, NewAddress address) {}

  static Addition addition(AddUserAddressRequest request) {
    var violations = new Violations();
    UserId id = violations.parse("user_id", request.getUserId(), UserId::parse);
    var message = request.getAddress();
    var address =
        NewAddress.builder(violations.named("address."::concat))
            .label(message.getLabel())
            .fullName(message.getFullName());
    violations.parse(
        "address.phone",
        message.getPhone(),
        CommonProtos::phone,
        phone -> phone.ifPresent(address::phone));
    var place = message.getAddress();
    address
        .postalAddress()
        .line1(place.getLine1())
        .line2(place.getLine2())
        .city(place.getCity())
        .state(place.getState())
        .postalCode(place.getPostalCode())
        .country(place.getCountryCode());
    violations.parse("address.type", message.getType(), AddressProtos::requiredType, address::type);
    address
        .isDefaultShipping(message.getIsDefaultShipping())
        .isDefaultBilling(message.getIsDefaultBilling())
        .deliveryInstructions(message.getDeliveryInstructions());
    return new Addition(id, address.build());
  }

  /** An address and its user. */
  record Target(UserId userId, AddressId addressId) {}

  static Target target(String userId, String addressId) {
    return Violations.parsed(
        violations ->
            new Target(
                violations.parse("user_id", userId, UserId::parse),
                violations.parse("address_id", addressId, AddressId::parse)));
  }

  /** The address to make the default, and the type of the default. */
  record Defaulting(UserId userId, AddressId addressId, AddressType type) {}

  static Defaulting defaulting(SetDefaultAddressRequest request) {
    return Violations.parsed(
        violations ->
            new Defaulting(
                violations.parse("user_id", request.getUserId(), UserId::parse),
                violations.parse("address_id", request.getAddressId(), AddressId::parse),
                violations.parse("type", request.getType(), AddressProtos::requiredType)));
  }

  /** The user and the type of the addresses to list. */
  record Listing(UserId id, Optional<AddressType> type) {}

  static Listing listing(ListUserAddressesRequest request) {
    return Violations.parsed(
        violations ->
            new Listing(
                violations.parse("user_id", request.getUserId(), UserId::parse),
                violations.parse("type", request.getType(), value -> type(value))));
  }

  static ListUserAddressesResponse listed(List<com.ecommerce.user.core.address.Address> addresses) {
    var response = ListUserAddressesResponse.newBuilder();
    addresses.forEach(address -> response.addAddresses(address(address)));
    return response.build();
  }
}
