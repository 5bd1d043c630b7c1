package com.ecommerce.user.core.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.InvalidValueException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;

class TextRuleProperties {
  @Property
  void parse_ofAnyText_givesWhatPostgresqlCanStoreOrNamesTheRule(
      @ForAll TextRule rule, @ForAll @StringLength(max = 300) String raw) {
    parse(rule, raw)
        .ifPresent(
            text -> {
              assertTrue(Normalizer.isNormalized(text, Normalizer.Form.NFC));
              assertEquals(text.strip(), text);
              assertEquals(-1, text.indexOf('\0'));
              assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(text));
            });
  }

  @Property
  void parse_ofItsOwnResult_givesTheSame(
      @ForAll TextRule rule, @ForAll @StringLength(max = 300) String raw) {
    parse(rule, raw).ifPresent(text -> assertEquals(text, rule.parse(text)));
  }

  private static Optional<String> parse(TextRule rule, String raw) {
    try {
      return Optional.of(rule.parse(raw));
    } catch (InvalidValueException invalid) {
      return Optional.empty();
    }
  }
}
