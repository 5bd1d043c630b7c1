package com.ecommerce.user.core.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PasswordTest {
  @Test
  void parse_makesSpellingsOfTheSameTextOne() {
    assertEquals(Password.parse("caf\u00E9 caf\u00E9"), Password.parse("cafe\u0301 cafe\u0301"));
  }

  @Test
  void parse_keepsSpaceAndCase() {
    assertNotEquals(Password.parse("secret word"), Password.parse(" secret word"));
    assertNotEquals(Password.parse("secret word"), Password.parse("Secret word"));
  }

  @Test
  void parse_allows128CodePoints() {
    assertEquals(128, Password.parse("𝒜".repeat(128)).length());
    assertEquals("TOO_LONG", ruleBrokenBy("a".repeat(129)));
  }

  @Test
  @Timeout(10)
  void parse_refusesWhatWouldTakeAgesToNormalise() {
    // Marks of descending classes make the reordering of Unicode's normalization quadratic.
    String marks = "\u0301".repeat(200_000) + "\u0323".repeat(200_000);

    assertEquals("TOO_LONG", ruleBrokenBy("a" + marks));
  }

  @Test
  void parse_rejectsLoneSurrogates() {
    assertEquals("INVALID_CHARACTER", ruleBrokenBy("\uD800 horse battery staple"));
    assertEquals("INVALID_CHARACTER", ruleBrokenBy("correct horse \uDC00"));
  }

  @Test
  void parse_rejectsMissing() {
    assertEquals("REQUIRED", ruleBrokenBy(""));
    assertEquals("REQUIRED", ruleBrokenBy(null));
  }

  @Test
  void toString_showsNothing() {
    assertFalse(Password.parse("secret word").toString().contains("secret"));
    assertFalse(new PasswordHash("$argon2id$x").toString().contains("argon"));
  }

  private static String ruleBrokenBy(String raw) {
    var failure = assertThrows(InvalidValueException.class, () -> Password.parse(raw));
    assertFalse(failure.getMessage().contains("aaa"));
    return failure.rule();
  }
}
