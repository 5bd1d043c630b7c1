package com.ecommerce.user.core.address;

import static com.ecommerce.user.core.testing.Refusals.violationsOf;
import static com.ecommerce.user.core.testing.TestAddresses.inBakerStreet;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.testing.Refusals;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewAddressTest {
  @Test
  void build_needsLineOneCityCountryAndType() {
    assertEquals(
        List.of(
            "address.line1 REQUIRED",
            "address.city REQUIRED",
            "address.country_code REQUIRED",
            "type REQUIRED"),
        violationsOf(() -> NewAddress.builder().build()));
    assertDoesNotThrow(() -> inBakerStreet(AddressType.BOTH).build());
  }

  @Test
  void build_reportsEveryBrokenRule() {
    for (String bad : Refusals.BAD_LINES) {
      String rule = bad.length() > 500 ? "TOO_LONG" : "INVALID_CHARACTER";
      var address = inBakerStreet(AddressType.BOTH).label(bad).fullName(bad);
      address
          .postalAddress()
          .line1(bad)
          .line2(bad)
          .city(bad)
          .state(bad)
          .postalCode(bad)
          .country("Atlantis");
      address.deliveryInstructions(bad.replace("\r\n", "\r"));

      assertEquals(
          List.of(
              "label " + rule,
              "full_name " + rule,
              "address.line1 " + rule,
              "address.line2 " + rule,
              "address.city " + rule,
              "address.state " + rule,
              "address.postal_code " + rule,
              "address.country_code INVALID_COUNTRY_CODE",
              "delivery_instructions " + rule),
          violationsOf(address::build));
    }
  }

  @Test
  void patch_checksTheSameRules() {
    var patch =
        AddressPatch.builder().label("\u0000").postalAddress(place -> place.line1(" ").city("\n"));

    assertEquals(
        List.of("label INVALID_CHARACTER", "address.line1 REQUIRED", "address.city REQUIRED"),
        violationsOf(patch::build));
  }
}
