package com.ecommerce.user.core.account;

import static com.ecommerce.user.core.testing.FuzzInput.accepted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.Ascii;
import com.ecommerce.user.core.testing.FuzzInput;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class EmailFuzz {
  @FuzzTest
  void parse_isCanonicalAndWithinTheLimits(byte[] input) {
    String text = FuzzInput.text(input);
    accepted(input, InvalidValueException.class, () -> Email.parse(text))
        .ifPresent(email -> assertCanonical(text, email));
    FuzzInput.repeated(text)
        .ifPresent(
            longText -> {
              accepted(input, InvalidValueException.class, () -> Email.parse(longText));
              accepted(input, InvalidValueException.class, () -> Email.parse("a@" + longText));
            });
  }

  private static void assertCanonical(String text, Email email) {
    String address = email.address();
    assertEquals(email, Email.parse(address));
    assertEquals(email, Email.parse(Ascii.toUpperCase(address)));
    assertEquals(email, Email.parse(" " + text + "\t"));
    assertTrue(address.matches("[!-~]{3,254}"), "length or characters");
    assertTrue(email.localPart().length() <= 64, "length of the local part");
    assertEquals(email.withoutTag(), email.withoutTag().withoutTag());
  }
}
