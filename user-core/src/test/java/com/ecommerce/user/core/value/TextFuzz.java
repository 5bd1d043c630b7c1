package com.ecommerce.user.core.value;

import static com.ecommerce.user.core.testing.FuzzInput.accepted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.Characters;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import com.ecommerce.user.core.testing.FuzzInput;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class TextFuzz {
  @FuzzTest
  void parse_givesNormalisedTextThatCanBeStored(byte[] input) {
    String text = FuzzInput.text(input);
    for (TextRule rule : TextRule.values()) {
      accepted(input, InvalidValueException.class, () -> rule.parse(text))
          .ifPresent(parsed -> assertNormalised(rule, text, parsed));
      FuzzInput.repeated(text)
          .ifPresent(
              longText -> accepted(input, InvalidValueException.class, () -> rule.parse(longText)));
    }
  }

  private static void assertNormalised(TextRule rule, String text, String parsed) {
    assertEquals(parsed, rule.parse(parsed));
    assertEquals(parsed, rule.parse(" \t\u00a0" + text + "\u2003"));
    // Canonically equivalent texts are the same text. A longer spelling may exceed the raw limit.
    String decomposed = Normalizer.normalize(parsed, Normalizer.Form.NFD);
    assertEquals(parsed, rule.parse(decomposed));
    assertTrue(Normalizer.isNormalized(parsed, Normalizer.Form.NFC), "NFC");
    assertTrue(parsed.indexOf(0) < 0, "NUL");
    assertEquals(parsed, WhiteSpace.trim(parsed));
    byte[] utf8 = parsed.getBytes(StandardCharsets.UTF_8);
    assertEquals(parsed, new String(utf8, StandardCharsets.UTF_8));
    assertFalse(
        !parsed.isEmpty() && parsed.codePoints().allMatch(Characters::isInvisible),
        "invisible text");
  }
}
