package com.ecommerce.user.core.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.InvalidValueException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhoneNumberTest {
  @Test
  void isBlank_ofWhatHasNoVisibleCharacter() {
    assertTrue(PhoneNumber.isBlank(""));
    assertTrue(PhoneNumber.isBlank(" \u200B\u3164\u2800 "));
    assertFalse(PhoneNumber.isBlank("\u200B1"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', +14155552671, 1, 4155552671",
    "'', '', +1 (415) 555-2671, 1, 4155552671",
    "1, 4155552671, '', 1, 4155552671",
    "+1, 415-555-2671, '', 1, 4155552671",
    "44, 020 7946 0958, '', 44, 2079460958",
    "44, 020 7946 0958, +442079460958, 44, 2079460958",
    "'', 2079460958, +442079460958, 44, 2079460958",
    "49, '', +4930901820, 49, 30901820",
    "39, 06 6982, '', 39, 066982",
    "'', '', (+44) 20.7946/0958, 44, 2079460958",
    "'', '', '\u3000+1\u00A0415\u2011555\u20132671\u00A0', 1, 4155552671",
    "'', '', '\u202A+1 415\u200B-555\u2060-2671\u202C', 1, 4155552671",
    "'', '', '\u3164+1\u2800415\uFE0F-555-2671\u034F', 1, 4155552671",
    "'\u200E1', '\u2066415-555-2671\u2069', '', 1, 4155552671",
    "'\u00A0', '\u00A0', '＋１４１５５５５２６７１', 1, 4155552671",
  })
  void parse_fillsAllForms(String code, String national, String e164, String gotCode, String rest) {
    var phone = PhoneNumber.parse(code, national, e164);

    assertEquals(PhoneNumber.ofStored(gotCode, rest, "+" + gotCode + rest), phone);
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', +1415555",
    "'', '', 4155552671",
    "'', '', +999123456789",
    "'', '', +14155552671 ext. 5",
    "'', '', not a number",
    "1, '', ''",
    "'', 4155552671, ''",
    "1, 123, ''",
    "12345, 4155552671, ''",
    "1;ext=3, 4155552671, ''",
    "4, 42079460958, ''",
    "'', '', call me +14155552671",
    "'', '', +14155552671 at night",
    "'', '', '\u0000+14155552671'",
    "'', '', '\u001F+14155552671'",
    "'', '', '+1\n4155552671'",
    "'', '', +1800FLOWERS",
    "1, call 4155552671, ''",
    "1, '4155552671\u0000', ''",
  })
  void parse_rejectsImpossibleNumbers(String code, String national, String e164) {
    assertEquals("INVALID_PHONE", ruleBrokenBy(code, national, e164));
  }

  @ParameterizedTest
  @CsvSource({
    "44, '', +14155552671",
    "1, 4155552672, +14155552671",
    "'', 4155552672, +14155552671",
  })
  void parse_rejectsContradictions(String code, String national, String e164) {
    assertEquals("CONTRADICTORY_PHONE", ruleBrokenBy(code, national, e164));
  }

  private static String ruleBrokenBy(String code, String national, String e164) {
    return assertThrows(InvalidValueException.class, () -> PhoneNumber.parse(code, national, e164))
        .rule();
  }
}
