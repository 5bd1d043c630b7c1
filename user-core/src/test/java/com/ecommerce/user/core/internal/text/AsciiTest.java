package com.ecommerce.user.core.internal.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AsciiTest {
  @Test
  void toLowerCase_changesAsciiLettersOnly() {
    assertEquals("az@[`{é\u212A\u0130İ", Ascii.toLowerCase("AZ@[`{é\u212A\u0130İ"));
  }

  @Test
  void toUpperCase_changesAsciiLettersOnly() {
    assertEquals("AZ@[`{é\u017Fıß", Ascii.toUpperCase("az@[`{é\u017Fıß"));
  }

  @Test
  void equalsIgnoreCase_knowsNoOtherLetters() {
    assertTrue(Ascii.equalsIgnoreCase("Seller", "sELLER"));
    assertFalse(Ascii.equalsIgnoreCase("SELLER", "\u017Feller"));
    assertFalse(Ascii.equalsIgnoreCase("k", "\u212A"));
  }
}
