package com.ecommerce.user.server.grpc;

import com.ecommerce.common.v1.Address;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.AddressPatch;
import com.ecommerce.user.core.address.CountryCode;
import com.ecommerce.user.core.address.PostalAddressPatch;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.v1.UpdateUserAddressRequest;
import com.ecommerce.user.v1.UserAddress;
import java.util.function.Function;

/** From update requests about addresses to patches. */
final class AddressMasks {
  private static final MaskTable<Address, PostalAddressPatch.Builder> POSTAL_ADDRESS =
      MaskTable.<Address, PostalAddressPatch.Builder>of()
          .field(
              "line1",
              Address::getLine1,
              TextRule.ADDRESS_LINE::parseRequired,
              PostalAddressPatch.Builder::line1)
          .field(
              "line2",
              Address::getLine2,
              TextRule.ADDRESS_LINE::parse,
              PostalAddressPatch.Builder::line2)
          .field(
              "city",
              Address::getCity,
              TextRule.NAME::parseRequired,
              PostalAddressPatch.Builder::city)
          .field(
              "state", Address::getState, TextRule.NAME::parse, PostalAddressPatch.Builder::state)
          .field(
              "postal_code",
              Address::getPostalCode,
              TextRule.POSTAL_CODE::parse,
              PostalAddressPatch.Builder::postalCode)
          .field(
              "country_code",
              Address::getCountryCode,
              CountryCode::parse,
              PostalAddressPatch.Builder::country)
          .build();

  private static final MaskTable<UserAddress, AddressPatch.Builder> ENVELOPE =
      MaskTable.<UserAddress, AddressPatch.Builder>of()
          .field("label", UserAddress::getLabel, TextRule.NAME::parse, AddressPatch.Builder::label)
          .field(
              "full_name",
              UserAddress::getFullName,
              TextRule.LONG_NAME::parse,
              AddressPatch.Builder::fullName)
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
          .field(
              "delivery_instructions",
              UserAddress::getDeliveryInstructions,
              TextRule.NOTE::parse,
              AddressPatch.Builder::deliveryInstructions)
          .build();

  private static final MaskTable<UserAddress, Draft> ADDRESS =
      MaskTable.<UserAddress, Draft>of()
          .all(Draft::envelope, ENVELOPE)
          .nested("address", UserAddress::getAddress, Draft::postalAddress, POSTAL_ADDRESS)
          .build();

  private AddressMasks() {}

  /** A patch while it is built. */
  private record Draft(AddressPatch.Builder envelope, PostalAddressPatch.Builder postalAddress) {
    AddressPatch toPatch() {
      return envelope.postalAddress(postalAddress.build()).build();
    }
  }

  /** Which address to change, and how. */
  record Update(UserId userId, AddressId addressId, AddressPatch patch) {}

  static Update update(UpdateUserAddressRequest request) {
    var violations = new Violations();
    UserId userId = violations.parse("user_id", request.getUserId(), UserId::parse);
    AddressId addressId = violations.parse("address_id", request.getAddressId(), AddressId::parse);
    var draft = new Draft(AddressPatch.builder(), PostalAddressPatch.builder());
    ADDRESS.apply(violations, "address.", request.getUpdateMask(), request.getAddress(), draft);
    var version =
        violations.parse(
            "address.audit.version",
            request.getAddress().getAudit(),
            CommonProtos::expectedVersion);
    violations.throwIfAny();
    version.ifPresent(draft.envelope()::expectedVersion);
    return new Update(userId, addressId, draft.toPatch());
  }
}
