package com.ecommerce.user.server.grpc;

import com.ecommerce.common.v1.Address;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.AddressPatch;
import com.ecommerce.user.core.address.PostalAddressPatch;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.v1.UpdateUserAddressRequest;
import com.ecommerce.user.v1.UserAddress;
import java.util.function.Function;

/** From update requests about addresses to patches. */
final class AddressMasks {
  private static final MaskTable<Address, PostalAddressPatch.Builder> POSTAL_ADDRESS =
      MaskTable.<Address, PostalAddressPatch.Builder>of()
          .text("line1", Address::getLine1, PostalAddressPatch.Builder::line1)
          .text("line2", Address::getLine2, PostalAddressPatch.Builder::line2)
          .text("city", Address::getCity, PostalAddressPatch.Builder::city)
          .text("state", Address::getState, PostalAddressPatch.Builder::state)
          .text("postal_code", Address::getPostalCode, PostalAddressPatch.Builder::postalCode)
          .text("country_code", Address::getCountryCode, PostalAddressPatch.Builder::country)
          .build();

  private static final MaskTable<UserAddress, AddressPatch.Builder> ADDRESS =
      MaskTable.<UserAddress, AddressPatch.Builder>of()
          .text("label", UserAddress::getLabel, AddressPatch.Builder::label)
          .text("full_name", UserAddress::getFullName, AddressPatch.Builder::fullName)
          .field("phone", UserAddress::getPhone, CommonProtos::phone, AddressPatch.Builder::phone)
          .field(
              "type", UserAddress::getType, AddressProtos::requiredType, AddressPatch.Builder::type)
          .field(
              "is_default_shipping",
              UserAddress::getIsDefaultShipping,
              Function.identity(),
              AddressPatch.Builder::isDefaultShipping)
          .field(
              "is_default_billing",
              UserAddress::getIsDefaultBilling,
              Function.identity(),
              AddressPatch.Builder::isDefaultBilling)
          .text(
              "delivery_instructions",
              UserAddress::getDeliveryInstructions,
              AddressPatch.Builder::deliveryInstructions)
          .nested(
              "address",
              UserAddress::getAddress,
              AddressPatch.Builder::postalAddress,
              POSTAL_ADDRESS)
          .build();

  private AddressMasks() {}

  /** Which address to change, and how. */
  record Update(UserId userId, AddressId addressId, AddressPatch patch) {}

  static Update update(UpdateUserAddressRequest request) {
    var violations = new Violations();
    UserId userId = violations.parse("user_id", request.getUserId(), UserId::parse);
    AddressId addressId = violations.parse("address_id", request.getAddressId(), AddressId::parse);
    var patch = AddressPatch.builder(violations.named("address."::concat));
    ADDRESS.apply(violations, "address.", request.getUpdateMask(), request.getAddress(), patch);
    violations.parse(
        "address.audit.version",
        request.getAddress().getAudit(),
        CommonProtos::expectedVersion,
        version -> version.ifPresent(patch::expectedVersion));
    return new Update(userId, addressId, patch.build());
  }
}
