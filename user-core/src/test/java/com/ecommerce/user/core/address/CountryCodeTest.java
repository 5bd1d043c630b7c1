package com.ecommerce.user.core.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.error.InvalidValueException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountryCodeTest {
  @ParameterizedTest
  @ValueSource(strings = {"DE", "de", "De", "  de\n"})
  void parse_returnsUpperCase(String raw) {
    assertEquals("DE", CountryCode.parse(raw).code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ZZ", "DEU", "D", "49", "D E", "UK", "\u0131t", "\uFF24\uFF25"})
  void parse_rejectsWhatIsNotAssigned(String raw) {
    var failure = assertThrows(InvalidValueException.class, () -> CountryCode.parse(raw));

    assertEquals("INVALID_COUNTRY_CODE", failure.rule());
  }

  @Test
  void parse_needsAValue() {
    assertEquals(
        "REQUIRED", assertThrows(InvalidValueException.class, () -> CountryCode.parse(" ")).rule());
    assertEquals(
        "REQUIRED",
        assertThrows(InvalidValueException.class, () -> CountryCode.parse(null)).rule());
  }
}
