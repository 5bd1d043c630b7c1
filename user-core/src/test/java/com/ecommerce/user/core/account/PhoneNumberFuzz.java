package com.ecommerce.user.core.account;

import static com.ecommerce.user.core.testing.FuzzInput.accepted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.testing.FuzzInput;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PhoneNumberFuzz {
  /** The input is an international number, or a calling code and a national number. */
  @FuzzTest
  void parse_givesConsistentForms(byte[] input) {
    var texts = FuzzInput.texts(input, 3);
    String code = texts.get(0);
    String national = texts.get(1);
    String e164 = texts.get(2);
    accepted(input, InvalidValueException.class, () -> PhoneNumber.parse(code, national, e164))
        .ifPresent(PhoneNumberFuzz::assertCanonical);
    accepted(input, InvalidValueException.class, () -> PhoneNumber.parse(code))
        .ifPresent(PhoneNumberFuzz::assertCanonical);
    FuzzInput.repeated(code)
        .ifPresent(
            longText ->
                accepted(input, InvalidValueException.class, () -> PhoneNumber.parse(longText)));
  }

  private static void assertCanonical(PhoneNumber number) {
    assertEquals(number, PhoneNumber.parse(number.e164()));
    assertEquals(number, PhoneNumber.parse(number.countryCode(), number.nationalNumber(), ""));
    assertEquals(
        number, PhoneNumber.parse(number.countryCode(), number.nationalNumber(), number.e164()));
    assertTrue(number.e164().matches("\\+[0-9]{4,17}"), "form of E.164");
    assertTrue(number.countryCode().matches("[1-9][0-9]{0,2}"), "form of the calling code");
    assertTrue(number.nationalNumber().matches("[0-9]{1,17}"), "form of the national number");
  }
}
