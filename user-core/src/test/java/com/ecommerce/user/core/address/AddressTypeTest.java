package com.ecommerce.user.core.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.error.InvalidValueException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTypeTest {
  @ParameterizedTest
  @CsvSource({"SHIPPING,SHIPPING", "billing,BILLING", "' Both ',BOTH"})
  void parse_takesAnyLetterCase(String raw, AddressType expected) {
    assertEquals(expected, AddressType.parse(raw));
  }

  @ParameterizedTest
  @CsvSource({"'',REQUIRED", ",REQUIRED", "HOME,INVALID_ADDRESS_TYPE"})
  void parse_rejectsTheRest(String raw, String rule) {
    assertEquals(
        rule, assertThrows(InvalidValueException.class, () -> AddressType.parse(raw)).rule());
  }

  @ParameterizedTest
  @CsvSource({
    "SHIPPING,SHIPPING,true",
    "SHIPPING,BILLING,false",
    "SHIPPING,BOTH,false",
    "BILLING,SHIPPING,false",
    "BILLING,BILLING,true",
    "BILLING,BOTH,false",
    "BOTH,SHIPPING,true",
    "BOTH,BILLING,true",
    "BOTH,BOTH,true"
  })
  void covers_whatItIsFor(AddressType type, AddressType other, boolean expected) {
    assertEquals(expected, type.covers(other));
  }
}
