package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.address.AddressField;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.AddressPatch;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.v1.UpdateUserAddressRequest;
import com.ecommerce.user.v1.UserAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/** Converts update requests about addresses to patches. */
final class AddressMasks {
  private static final String ADDRESS = "address.";

  private static final MaskTable<AddressField> ADDRESSES =
      MaskTable.of(
          UserAddress.getDescriptor(), Arrays.asList(AddressField.values()), AddressField::path);

  private AddressMasks() {}

  /** The address to change, and the changes. */
  record Update(UserId userId, AddressId addressId, AddressPatch patch) {}

  static Update update(UpdateUserAddressRequest request) {
    var violations = new Violations();
    UserId userId = violations.parse("user_id", request.getUserId(), UserId::parse);
    AddressId addressId = violations.parse("address_id", request.getAddressId(), AddressId::parse);
    var ofAddress = violations.named(ADDRESS::concat);
    var patch = AddressPatch.builder(ofAddress);
    var address = request.getAddress();
    for (AddressField field : ADDRESSES.select(violations, request.getUpdateMask(), address)) {
      field.set(patch, new Value(field, address, ofAddress));
    }
    violations.parse(
        "address.audit.version",
        address.getAudit(),
        CommonProtos::expectedVersion,
        version -> version.ifPresent(patch::expectedVersion));
    return new Update(userId, addressId, patch.build());
  }

  /** The value of a field in a message. */
  private record Value(AddressField field, UserAddress address, Violations violations)
      implements AddressField.Value {
    @Override
    public void text(Consumer<String> setter) {
      setter.accept((String) ADDRESSES.value(field.path(), address));
    }

    @Override
    public void phone(Consumer<Optional<PhoneNumber>> setter) {
      violations.parse(field.path(), address.getPhone(), CommonProtos::phone, setter);
    }

    @Override
    public void type(Consumer<AddressType> setter) {
      violations.parse(field.path(), address.getType(), AddressProtos::requiredType, setter);
    }

    @Override
    public void flag(Consumer<Boolean> setter) {
      setter.accept((Boolean) ADDRESSES.value(field.path(), address));
    }
  }
}
