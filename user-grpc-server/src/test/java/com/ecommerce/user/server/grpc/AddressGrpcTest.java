package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.Address;
import com.ecommerce.common.v1.AuditInfo;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.AddUserAddressRequest;
import com.ecommerce.user.v1.AddressType;
import com.ecommerce.user.v1.DeleteUserAddressRequest;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.SetDefaultAddressRequest;
import com.ecommerce.user.v1.UpdateUserAddressRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserAddress;
import com.google.protobuf.FieldMask;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AddressGrpcTest {
  private static final AddressType SHIPPING = AddressType.ADDRESS_TYPE_SHIPPING;
  private static final AddressType BILLING = AddressType.ADDRESS_TYPE_BILLING;
  private static final AddressType BOTH = AddressType.ADDRESS_TYPE_BOTH;

  private TestService service;
  private User user;
  private int count;

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
  }

  @AfterAll
  void stop() {
    service.close();
  }

  @BeforeEach
  void createUser() {
    count++;
    user = service.create("user" + count + "@example.com");
  }

  private static UserAddress.Builder anAddress(AddressType type) {
    return UserAddress.newBuilder()
        .setType(type)
        .setAddress(
            Address.newBuilder().setLine1("12 Rue Cler").setCity("Paris").setCountryCode("FR"));
  }

  private UserAddress add(UserAddress.Builder address) {
    return add(user.getId(), address);
  }

  private UserAddress add(String userId, UserAddress.Builder address) {
    var request = AddUserAddressRequest.newBuilder().setUserId(userId).setAddress(address);
    return service.users().addUserAddress(request.build()).getAddress();
  }

  private UserAddress update(UserAddress address, UserAddress.Builder values, String... mask) {
    return update(address.getUserId(), address.getId(), values, mask);
  }

  private UserAddress update(String userId, String id, UserAddress.Builder values, String... mask) {
    var request =
        UpdateUserAddressRequest.newBuilder()
            .setUserId(userId)
            .setAddressId(id)
            .setAddress(values)
            .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(mask)));
    return service.users().updateUserAddress(request.build()).getAddress();
  }

  private void delete(String userId, String id) {
    var request = DeleteUserAddressRequest.newBuilder().setUserId(userId).setAddressId(id);
    service.users().deleteUserAddress(request.build());
  }

  private UserAddress setDefault(String userId, String id, AddressType type) {
    var request =
        SetDefaultAddressRequest.newBuilder().setUserId(userId).setAddressId(id).setType(type);
    return service.users().setDefaultAddress(request.build()).getAddress();
  }

  private List<UserAddress> list(AddressType type) {
    return list(user.getId(), type);
  }

  private List<UserAddress> list(String userId, AddressType type) {
    var request = ListUserAddressesRequest.newBuilder().setUserId(userId).setType(type);
    return service.users().listUserAddresses(request.build()).getAddressesList();
  }

  private List<String> ids(AddressType type) {
    return list(type).stream().map(UserAddress::getId).toList();
  }

  private List<String> defaultIds(boolean shipping) {
    return list(AddressType.ADDRESS_TYPE_UNSPECIFIED).stream()
        .filter(each -> shipping ? each.getIsDefaultShipping() : each.getIsDefaultBilling())
        .map(UserAddress::getId)
        .toList();
  }

  @Test
  void add_keepsEveryFieldAndIgnoresOutputOnlyOnes() {
    var request =
        UserAddress.newBuilder()
            .setId("ignored")
            .setUserId("ignored")
            .setLabel("  Home ")
            .setFullName("Augusta Ada King")
            .setPhone(PhoneNumber.newBuilder().setCountryCode("44").setNationalNumber("2079460958"))
            .setAddress(
                Address.newBuilder()
                    .setLine1("221B Baker Street")
                    .setLine2("2nd floor")
                    .setCity("London")
                    .setState("Greater London")
                    .setPostalCode("NW1 6XE")
                    .setCountryCode("gb"))
            .setType(BOTH)
            .setIsDefaultShipping(true)
            .setIsDefaultBilling(true)
            .setDeliveryInstructions("ring twice\nthen knock")
            .setAudit(AuditInfo.newBuilder().setVersion(9).setCreatedBy("ignored"));

    UserAddress added = add(request);

    var now = CommonProtos.timestamp(service.clock().instant());
    var expected =
        request
            .setId(added.getId())
            .setUserId(user.getId())
            .setLabel("Home")
            .setPhone(request.getPhone().toBuilder().setE164("+442079460958"))
            .setAddress(request.getAddress().toBuilder().setCountryCode("GB"))
            .setAudit(
                AuditInfo.newBuilder()
                    .setVersion(1)
                    .setCreatedAt(now)
                    .setUpdatedAt(now)
                    .setCreatedBy("anonymous")
                    .setUpdatedBy("anonymous"))
            .build();
    assertEquals(expected, added);
    assertEquals(List.of(added), list(AddressType.ADDRESS_TYPE_UNSPECIFIED));
    assertEquals(7, UUID.fromString(added.getId()).version());
  }

  @Test
  void add_ofTheLeast_takesTheUsersNameAndNoPhone() {
    UserAddress added = add(anAddress(SHIPPING));

    assertEquals("Ada Lovelace", added.getFullName());
    assertFalse(added.hasPhone());
    assertTrue(added.getIsDefaultShipping());
    assertFalse(added.getIsDefaultBilling());
  }

  @ParameterizedTest
  @EnumSource(
      value = AddressType.class,
      mode = Mode.EXCLUDE,
      names = {"ADDRESS_TYPE_UNSPECIFIED", "UNRECOGNIZED"})
  void everyType_goesBothWays(AddressType type) {
    UserAddress added = add(anAddress(type));

    assertEquals(type, added.getType());
    assertEquals(type, list(type).get(0).getType());
    assertEquals(type, setDefault(user.getId(), added.getId(), type).getType());
  }

  @Test
  void add_reportsEveryViolation() {
    assertInvalid(
        () -> service.users().addUserAddress(AddUserAddressRequest.getDefaultInstance()),
        "user_id REQUIRED",
        "address.address.line1 REQUIRED",
        "address.address.city REQUIRED",
        "address.address.country_code REQUIRED",
        "address.type REQUIRED");
    var broken =
        UserAddress.newBuilder()
            .setLabel("x".repeat(151))
            .setFullName("x".repeat(201))
            .setPhone(PhoneNumber.newBuilder().setE164("12"))
            .setAddress(
                Address.newBuilder()
                    .setLine1("x".repeat(256))
                    .setLine2("a\u0000b")
                    .setCity("x".repeat(151))
                    .setState("a\nb")
                    .setPostalCode("x".repeat(21))
                    .setCountryCode("UK"))
            .setTypeValue(99)
            .setDeliveryInstructions("x".repeat(501));
    assertInvalid(
        () -> add("no-uuid", broken),
        "user_id INVALID_UUID",
        "address.label TOO_LONG",
        "address.full_name TOO_LONG",
        "address.phone INVALID_PHONE",
        "address.address.line1 TOO_LONG",
        "address.address.line2 INVALID_CHARACTER",
        "address.address.city TOO_LONG",
        "address.address.state INVALID_CHARACTER",
        "address.address.postal_code TOO_LONG",
        "address.address.country_code INVALID_COUNTRY_CODE",
        "address.type UNKNOWN_VALUE",
        "address.delivery_instructions TOO_LONG");
  }

  @Test
  void otherMethods_reportEveryViolation() {
    assertInvalid(
        () ->
            update(
                "x",
                "y",
                UserAddress.newBuilder().setAudit(AuditInfo.newBuilder().setVersion(-1)),
                "type",
                "address.city",
                "id"),
        "user_id INVALID_UUID",
        "address_id INVALID_UUID",
        "address.type REQUIRED",
        "address.address.city REQUIRED",
        "address.audit.version NEGATIVE",
        "update_mask UNKNOWN_PATH");
    assertInvalid(() -> delete("", ""), "user_id REQUIRED", "address_id REQUIRED");
    assertInvalid(
        () -> setDefault("x", "", AddressType.ADDRESS_TYPE_UNSPECIFIED),
        "user_id INVALID_UUID",
        "address_id REQUIRED",
        "type REQUIRED");
    var unknownType =
        ListUserAddressesRequest.newBuilder().setUserId(user.getId()).setTypeValue(99).build();
    assertInvalid(() -> service.users().listUserAddresses(unknownType), "type UNKNOWN_VALUE");
    var unknownDefault =
        SetDefaultAddressRequest.newBuilder()
            .setUserId(user.getId())
            .setAddressId(UUID.randomUUID().toString())
            .setTypeValue(99)
            .build();
    assertInvalid(() -> service.users().setDefaultAddress(unknownDefault), "type UNKNOWN_VALUE");
  }

  @Test
  void unknownUser_isNotFound() {
    String nobody = UUID.randomUUID().toString();
    String id = add(anAddress(SHIPPING)).getId();

    var failure = Failure.of(() -> add(nobody, anAddress(SHIPPING)));
    failure.assertIs(Code.NOT_FOUND, "USER_NOT_FOUND");
    assertEquals("user", failure.resource().orElseThrow().getResourceType());
    assertEquals(nobody, failure.resource().orElseThrow().getResourceName());
    assertFails(
        Code.NOT_FOUND, "USER_NOT_FOUND", () -> update(nobody, id, UserAddress.newBuilder()));
    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> delete(nobody, id));
    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> setDefault(nobody, id, SHIPPING));
    assertFails(Code.NOT_FOUND, "USER_NOT_FOUND", () -> list(nobody, SHIPPING));
  }

  @Test
  void anothersAddress_isNotFoundLikeOneThatDoesNotExist() {
    UserAddress own = add(anAddress(SHIPPING));
    String other = service.create("other" + count + "@example.com").getId();

    for (String id : List.of(own.getId(), UUID.randomUUID().toString())) {
      var failure = Failure.of(() -> update(other, id, UserAddress.newBuilder().setLabel("x")));
      failure.assertIs(Code.NOT_FOUND, "ADDRESS_NOT_FOUND");
      assertEquals("address", failure.resource().orElseThrow().getResourceType());
      assertEquals(id, failure.resource().orElseThrow().getResourceName());
      assertFails(Code.NOT_FOUND, "ADDRESS_NOT_FOUND", () -> delete(other, id));
      assertFails(Code.NOT_FOUND, "ADDRESS_NOT_FOUND", () -> setDefault(other, id, SHIPPING));
    }
    assertEquals(List.of(own), list(AddressType.ADDRESS_TYPE_UNSPECIFIED));
  }

  @Test
  void limitAndType_areFailedPreconditions() {
    UserAddress billing = add(anAddress(BILLING));
    assertFails(
        Code.FAILED_PRECONDITION,
        "ADDRESS_TYPE_MISMATCH",
        () -> add(anAddress(SHIPPING).setIsDefaultBilling(true)));
    assertFails(
        Code.FAILED_PRECONDITION,
        "ADDRESS_TYPE_MISMATCH",
        () -> update(billing, UserAddress.newBuilder().setIsDefaultShipping(true)));
    for (AddressType type : List.of(SHIPPING, BOTH)) {
      assertFails(
          Code.FAILED_PRECONDITION,
          "ADDRESS_TYPE_MISMATCH",
          () -> setDefault(user.getId(), billing.getId(), type));
    }
    for (int i = 1; i < 50; i++) {
      add(anAddress(SHIPPING));
    }
    assertFails(Code.FAILED_PRECONDITION, "ADDRESS_LIMIT_REACHED", () -> add(anAddress(SHIPPING)));
    assertEquals(50, ids(AddressType.ADDRESS_TYPE_UNSPECIFIED).size());
  }

  @Test
  void version_mustMatchWhenTold() {
    UserAddress first = add(anAddress(SHIPPING));
    service.clock().advance(Duration.ofSeconds(1));

    UserAddress second = update(first, first.toBuilder().setLabel("Two"), "label");

    assertEquals(2, second.getAudit().getVersion());
    assertEquals(first.getAudit().getCreatedAt(), second.getAudit().getCreatedAt());
    assertEquals(
        CommonProtos.timestamp(service.clock().instant()), second.getAudit().getUpdatedAt());
    var failure = Failure.of(() -> update(first, first.toBuilder().setLabel("Three"), "label"));
    failure.assertIs(Code.ABORTED, "VERSION_MISMATCH");
    assertEquals("2", failure.info().orElseThrow().getMetadataOrThrow("current_version"));
    assertEquals(second, update(second, second.toBuilder(), "*"));
    assertEquals(List.of(second), list(SHIPPING));
  }

  @Test
  void story_ofAnAddressBook() {
    UserAddress home = add(anAddress(BOTH).setLabel("Home"));
    assertTrue(home.getIsDefaultShipping() && home.getIsDefaultBilling());
    UserAddress parcelShop = add(anAddress(SHIPPING).setIsDefaultShipping(true));
    UserAddress office = add(anAddress(BILLING));
    assertEquals(List.of(parcelShop.getId()), defaultIds(true));
    assertEquals(List.of(home.getId()), defaultIds(false));
    assertEquals(List.of(home.getId(), parcelShop.getId()), ids(SHIPPING));
    assertEquals(List.of(home.getId(), office.getId()), ids(BILLING));
    assertEquals(List.of(home.getId()), ids(BOTH));
    assertEquals(
        List.of(home.getId(), parcelShop.getId(), office.getId()),
        ids(AddressType.ADDRESS_TYPE_UNSPECIFIED));

    setDefault(user.getId(), office.getId(), BILLING);
    UserAddress both = setDefault(user.getId(), home.getId(), BOTH);
    assertTrue(both.getIsDefaultShipping() && both.getIsDefaultBilling());
    assertEquals(List.of(home.getId()), defaultIds(true));
    assertEquals(List.of(home.getId()), defaultIds(false));

    UserAddress moved = update(office, UserAddress.newBuilder().setIsDefaultBilling(true));
    assertTrue(moved.getIsDefaultBilling());
    assertEquals(List.of(office.getId()), defaultIds(false));

    delete(user.getId(), home.getId());
    assertEquals(List.of(parcelShop.getId()), defaultIds(true));
    delete(user.getId(), parcelShop.getId());
    delete(user.getId(), office.getId().toUpperCase(Locale.ROOT));
    assertEquals(List.of(), list(AddressType.ADDRESS_TYPE_UNSPECIFIED));
    assertFails(Code.NOT_FOUND, "ADDRESS_NOT_FOUND", () -> delete(user.getId(), office.getId()));
  }
}
