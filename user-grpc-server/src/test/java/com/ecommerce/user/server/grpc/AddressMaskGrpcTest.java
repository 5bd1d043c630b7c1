package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.Address;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.AddUserAddressRequest;
import com.ecommerce.user.v1.AddressType;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.UpdateUserAddressRequest;
import com.ecommerce.user.v1.UserAddress;
import com.google.protobuf.FieldMask;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the field mask of UpdateUserAddress. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AddressMaskGrpcTest {
  private static final UserAddress FULL =
      UserAddress.newBuilder()
          .setLabel("Home")
          .setFullName("Augusta Ada King")
          .setPhone(PhoneNumber.newBuilder().setE164("+442079460958"))
          .setAddress(
              Address.newBuilder()
                  .setLine1("221B Baker Street")
                  .setLine2("2nd floor")
                  .setCity("London")
                  .setState("Greater London")
                  .setPostalCode("NW1 6XE")
                  .setCountryCode("GB"))
          .setType(AddressType.ADDRESS_TYPE_BOTH)
          .setDeliveryInstructions("ring twice")
          .build();

  /** An address that differs from the full one in every writable field except the defaults. */
  private static final UserAddress OTHER =
      UserAddress.newBuilder()
          .setLabel("Office")
          .setFullName("A. A. King")
          .setPhone(
              PhoneNumber.newBuilder()
                  .setCountryCode("33")
                  .setNationalNumber("142685300")
                  .setE164("+33142685300"))
          .setAddress(
              Address.newBuilder()
                  .setLine1("12 Rue Cler")
                  .setLine2("escalier B")
                  .setCity("Paris")
                  .setState("Île-de-France")
                  .setPostalCode("75007")
                  .setCountryCode("FR"))
          .setType(AddressType.ADDRESS_TYPE_SHIPPING)
          .setIsDefaultShipping(true)
          .setDeliveryInstructions("leave it\nat the door")
          .build();

  private TestService service;
  private int count;

  /** An address with a value in every field, and both defaults. */
  private UserAddress address;

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
  }

  @AfterAll
  void stop() {
    service.close();
  }

  @BeforeEach
  void addAddress() {
    count++;
    var user = service.create("user" + count + "@example.com");
    var request = AddUserAddressRequest.newBuilder().setUserId(user.getId()).setAddress(FULL);
    address = service.users().addUserAddress(request.build()).getAddress();
  }

  private UpdateUserAddressRequest.Builder request(UserAddress.Builder values) {
    return UpdateUserAddressRequest.newBuilder()
        .setUserId(address.getUserId())
        .setAddressId(address.getId())
        .setAddress(values);
  }

  private UserAddress update(UserAddress.Builder values, String... mask) {
    var request = request(values).setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(mask)));
    return service.users().updateUserAddress(request.build()).getAddress();
  }

  private UserAddress stored() {
    var request = ListUserAddressesRequest.newBuilder().setUserId(address.getUserId());
    return service.users().listUserAddresses(request.build()).getAddresses(0);
  }

  private static UserAddress withAuditOf(UserAddress answer, UserAddress.Builder expected) {
    return expected.setAudit(answer.getAudit()).build();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"label", "full_name", "phone", "address", "type", "delivery_instructions"})
  void namedPath_changesThatFieldAlone(String path) {
    UserAddress updated = update(OTHER.toBuilder(), path);

    var field = UserAddress.getDescriptor().findFieldByName(path);
    var expected = address.toBuilder().setField(field, OTHER.getField(field));
    // A type that does not cover billing removes that default.
    expected.setIsDefaultBilling(!path.equals("type"));
    assertEquals(withAuditOf(updated, expected), updated);
    assertEquals(address.getAudit().getVersion() + 1, updated.getAudit().getVersion());
    assertEquals(updated, stored());
  }

  @ParameterizedTest
  @ValueSource(strings = {"line1", "line2", "city", "state", "postal_code", "country_code"})
  void nestedPath_changesThatFieldAlone(String path) {
    UserAddress updated = update(OTHER.toBuilder(), "address." + path);

    var field = Address.getDescriptor().findFieldByName(path);
    var expected = address.toBuilder();
    expected.getAddressBuilder().setField(field, OTHER.getAddress().getField(field));
    assertEquals(withAuditOf(updated, expected), updated);
    assertEquals(updated, stored());
  }

  @Test
  void severalPaths_changeTogether() {
    UserAddress updated = update(OTHER.toBuilder(), "address.city", "label", "label");

    var expected = address.toBuilder().setLabel("Office");
    expected.getAddressBuilder().setCity("Paris");
    assertEquals(withAuditOf(updated, expected), updated);
  }

  @ParameterizedTest
  @ValueSource(strings = {"label", "phone", "delivery_instructions"})
  void namedPathThatIsEmpty_clearsTheField(String path) {
    UserAddress updated = update(UserAddress.newBuilder(), path);

    var field = UserAddress.getDescriptor().findFieldByName(path);
    assertEquals(withAuditOf(updated, address.toBuilder().clearField(field)), updated);
  }

  @ParameterizedTest
  @ValueSource(strings = {"line2", "state", "postal_code"})
  void nestedPathThatIsEmpty_clearsTheField(String path) {
    UserAddress updated = update(UserAddress.newBuilder(), "address." + path);

    var expected = address.toBuilder();
    expected.getAddressBuilder().clearField(Address.getDescriptor().findFieldByName(path));
    assertEquals(withAuditOf(updated, expected), updated);
  }

  @Test
  void fullNameThatIsEmpty_becomesTheUsersName() {
    assertEquals("Ada Lovelace", update(UserAddress.newBuilder(), "full_name").getFullName());
  }

  @Test
  void namedPathThatMustNotBeEmpty_isInvalid() {
    assertInvalid(
        () -> update(UserAddress.newBuilder(), "address", "type"),
        "address.address.line1 REQUIRED",
        "address.address.city REQUIRED",
        "address.address.country_code REQUIRED",
        "address.type REQUIRED");
    assertEquals(address, stored());
  }

  @Test
  void star_writesEveryField() {
    UserAddress updated = update(OTHER.toBuilder(), "*");

    var identity = OTHER.toBuilder().setId(address.getId()).setUserId(address.getUserId());
    assertEquals(withAuditOf(updated, identity), updated);
  }

  @Test
  void star_takesAwayDefaultsThatAreNotTold() {
    UserAddress updated = update(FULL.toBuilder(), "*");

    assertFalse(updated.getIsDefaultShipping() || updated.getIsDefaultBilling());
  }

  @Test
  void namedDefaults_comeAndGo() {
    UserAddress without = update(UserAddress.newBuilder(), "is_default_shipping");
    assertFalse(without.getIsDefaultShipping());
    assertTrue(without.getIsDefaultBilling());

    var billing = UserAddress.newBuilder().setIsDefaultShipping(true).setIsDefaultBilling(true);
    assertTrue(update(billing, "is_default_shipping").getIsDefaultShipping());
  }

  @Test
  void noMask_writesWhatIsPresent() {
    var values = UserAddress.newBuilder().setLabel("Office");
    values.getAddressBuilder().setCity("Paris");

    UserAddress updated = service.users().updateUserAddress(request(values).build()).getAddress();

    var expected = address.toBuilder().setLabel("Office");
    expected.getAddressBuilder().setCity("Paris");
    assertEquals(withAuditOf(updated, expected), updated);
  }

  @Test
  void emptyMask_isLikeNoMask() {
    assertEquals("Office", update(UserAddress.newBuilder().setLabel("Office")).getLabel());
    assertEquals("Home", update(UserAddress.newBuilder().setLabel("Home")).getLabel());
  }

  @Test
  void nothingPresent_changesNothing() {
    assertEquals(address, update(UserAddress.newBuilder()));
    assertEquals(address, update(address.toBuilder(), "*"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id",
        "user_id",
        "audit",
        "audit.version",
        "address.street",
        "address.",
        "address.city.x",
        "phone.e164",
        "fullName",
        "Label",
        "",
        "**"
      })
  void unknownOrOutputOnlyPath_isInvalidAndNothingChanges(String path) {
    assertInvalid(() -> update(OTHER.toBuilder(), "label", path), "update_mask UNKNOWN_PATH");

    assertEquals(address, stored());
  }
}
