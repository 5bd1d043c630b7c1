package com.ecommerce.user.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.Address;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.patch.PatchField;
import com.ecommerce.user.v1.UserAddress;
import com.google.protobuf.FieldMask;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MaskTableTest {
  /** A patch is a map here: path to value. */
  private enum Field implements PatchField<Map<String, Object>, Object> {
    LABEL("label"),
    LINE1("address.line1"),
    CITY("address.city"),
    PHONE("phone"),
    IS_DEFAULT_BILLING("is_default_billing");

    private final String path;

    Field(String path) {
      this.path = path;
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public boolean isClearable() {
      return this != CITY;
    }

    @Override
    public boolean isOnlyWhenNamed() {
      return this == IS_DEFAULT_BILLING;
    }

    @Override
    public void set(Map<String, Object> patch, Object value) {
      patch.put(path, value);
    }
  }

  private static final MaskTable<Field> TABLE =
      MaskTable.of(UserAddress.getDescriptor(), List.of(Field.values()), Field::path);

  private static final UserAddress MESSAGE =
      UserAddress.newBuilder()
          .setLabel("Home")
          .setAddress(Address.newBuilder().setCity("London"))
          .build();

  private static final PhoneNumber NO_PHONE = PhoneNumber.getDefaultInstance();

  private final Violations violations = new Violations();

  private Map<String, Object> patch(UserAddress message, String... mask) {
    Map<String, Object> patch = new TreeMap<>();
    var paths = FieldMask.newBuilder().addAllPaths(Arrays.asList(mask)).build();
    TABLE
        .select(violations, paths, message)
        .forEach(field -> field.set(patch, TABLE.value(field.path(), message)));
    return patch;
  }

  @Test
  void select_setsWhatIsNamed() {
    assertEquals(Map.of("label", "Home"), patch(MESSAGE, "label"));
    assertEquals(Map.of("address.city", "London"), patch(MESSAGE, "address.city"));
    assertEquals(Map.of("is_default_billing", false), patch(MESSAGE, "is_default_billing"));
    assertTrue(violations.isEmpty());
  }

  @Test
  void select_ofAParent_setsAllBelowIt() {
    assertEquals(Map.of("address.line1", "", "address.city", "London"), patch(MESSAGE, "address"));
    assertEquals(
        Map.of("address.line1", "", "address.city", "London"),
        patch(MESSAGE, "address.city", "address"));
  }

  @Test
  void select_ofStar_setsAllButWhatMustBeNamed() {
    assertEquals(
        Map.of("label", "Home", "phone", NO_PHONE, "address.line1", "", "address.city", "London"),
        patch(MESSAGE, "*"));
  }

  @Test
  void select_withoutPaths_setsWhatIsPresent() {
    assertEquals(Map.of("label", "Home", "address.city", "London"), patch(MESSAGE));
    assertEquals(
        Map.of("is_default_billing", true),
        patch(UserAddress.newBuilder().setIsDefaultBilling(true).build()));
    assertEquals(Map.of(), patch(UserAddress.getDefaultInstance()));
  }

  @Test
  void select_withoutPaths_leavesAnEmptyMessageOut() {
    var empty = UserAddress.newBuilder().setPhone(NO_PHONE).build();
    var given =
        UserAddress.newBuilder().setPhone(PhoneNumber.newBuilder().setE164("+14155552671")).build();

    assertEquals(Map.of(), patch(empty));
    assertEquals(Map.of("phone", given.getPhone()), patch(given));
    assertEquals(Map.of("phone", NO_PHONE), patch(empty, "phone"));
  }

  @Test
  void select_notesTheUnknownPathsAndTheKnownOnes() {
    assertEquals(
        Map.of("address.city", ""),
        patch(UserAddress.getDefaultInstance(), "address.city", "id", "nonsense"));

    var failure = assertThrows(UserServiceException.class, violations::throwIfAny);

    assertEquals(
        List.of(
            new Violation(
                "update_mask",
                "UNKNOWN_PATH",
                "id, nonsense: unknown or output-only (expected: one of label, phone,"
                    + " is_default_billing, address.line1, address.city)")),
        failure.violations());
  }

  @Test
  void of_aFieldThatTheMessageDoesNotHave_isRefused() {
    var fields = List.of(Field.values());

    assertThrows(
        IllegalStateException.class,
        () -> MaskTable.of(Address.getDescriptor(), fields, Field::path));
  }
}
