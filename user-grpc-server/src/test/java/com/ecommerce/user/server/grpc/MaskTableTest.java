package com.ecommerce.user.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.Address;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.v1.UserAddress;
import com.google.protobuf.FieldMask;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MaskTableTest {
  /** A patch is a map here: path to value. */
  private static final MaskTable<Address, Map<String, Object>> ADDRESS =
      MaskTable.<Address, Map<String, Object>>of()
          .field(
              "line1",
              Address::getLine1,
              TextRule.ADDRESS_LINE::parse,
              (patch, value) -> patch.put("line1", value))
          .field(
              "city",
              Address::getCity,
              TextRule.NAME::parseRequired,
              (patch, value) -> patch.put("city", value))
          .build();

  private static final MaskTable<UserAddress, Map<String, Object>> TABLE =
      MaskTable.<UserAddress, Map<String, Object>>of()
          .field(
              "label",
              UserAddress::getLabel,
              TextRule.NAME::parse,
              (patch, value) -> patch.put("label", value))
          .field(
              "phone",
              UserAddress::getPhone,
              PhoneNumber::getE164,
              (patch, value) -> patch.put("phone", value))
          .fieldOnlyWhenNamed(
              "is_default_billing",
              UserAddress::getIsDefaultBilling,
              value -> value,
              (patch, value) -> patch.put("is_default_billing", value))
          .nested("address", UserAddress::getAddress, patch -> patch, ADDRESS)
          .build();

  private static final UserAddress MESSAGE =
      UserAddress.newBuilder()
          .setLabel("Home")
          .setAddress(Address.newBuilder().setCity("London"))
          .build();

  private final Violations violations = new Violations();

  private Map<String, Object> patch(UserAddress message, String... mask) {
    Map<String, Object> patch = new TreeMap<>();
    var paths = FieldMask.newBuilder().addAllPaths(Arrays.asList(mask)).build();
    TABLE.apply(violations, "address.", paths, message, patch);
    return patch;
  }

  @Test
  void apply_setsWhatIsNamed() {
    assertEquals(Map.of("label", "Home"), patch(MESSAGE, "label"));
    assertEquals(Map.of("city", "London"), patch(MESSAGE, "address.city"));
    assertEquals(Map.of("is_default_billing", false), patch(MESSAGE, "is_default_billing"));
    assertTrue(violations.isEmpty());
  }

  @Test
  void apply_ofAParent_setsAllBelowIt() {
    assertEquals(Map.of("line1", "", "city", "London"), patch(MESSAGE, "address"));
    assertEquals(Map.of("line1", "", "city", "London"), patch(MESSAGE, "address.city", "address"));
  }

  @Test
  void apply_ofStar_setsAllButWhatMustBeNamed() {
    assertEquals(
        Map.of("label", "Home", "phone", "", "line1", "", "city", "London"), patch(MESSAGE, "*"));
  }

  @Test
  void apply_withoutPaths_setsWhatIsPresent() {
    assertEquals(Map.of("label", "Home", "city", "London"), patch(MESSAGE));
    assertEquals(
        Map.of("is_default_billing", true),
        patch(UserAddress.newBuilder().setIsDefaultBilling(true).build()));
    assertEquals(Map.of(), patch(UserAddress.getDefaultInstance()));
  }

  @Test
  void apply_withoutPaths_leavesAnEmptyMessageOut() {
    var empty = UserAddress.newBuilder().setPhone(PhoneNumber.getDefaultInstance()).build();
    var given =
        UserAddress.newBuilder().setPhone(PhoneNumber.newBuilder().setE164("+14155552671")).build();

    assertEquals(Map.of(), patch(empty));
    assertEquals(Map.of("phone", "+14155552671"), patch(given));
    assertEquals(Map.of("phone", ""), patch(empty, "phone"));
  }

  @Test
  void apply_notesViolationsUnderTheRequestsPath() {
    patch(UserAddress.getDefaultInstance(), "address.city", "id", "nonsense");

    var failure = assertThrows(UserServiceException.class, violations::throwIfAny);

    assertEquals("update_mask", failure.violations().get(0).field());
    assertTrue(failure.violations().get(0).message().startsWith("id, nonsense: unknown"));
    assertEquals("address.address.city", failure.violations().get(1).field());
    assertEquals("REQUIRED", failure.violations().get(1).rule());
  }
}
