package com.ecommerce.user.core.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.error.InvalidValueException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextRuleTest {
  @ParameterizedTest
  @CsvSource({
    "NAME, 150",
    "LONG_NAME, 200",
    "ADDRESS_LINE, 255",
    "POSTAL_CODE, 20",
    "GENDER, 50",
    "SOCIAL_NETWORK, 50",
    "SEARCH_QUERY, 255",
    "EXTERNAL_ID, 255",
    "BIOGRAPHY, 2000",
    "NOTE, 500"
  })
  void parse_allowsAsManyCodePointsAsTheRuleSays(TextRule rule, int limit) {
    String longest = "𝒜".repeat(limit);

    assertEquals(longest, rule.parse(longest));
    assertEquals("TOO_LONG", ruleBrokenBy(rule, longest + "x"));
  }

  @Test
  void parse_countsAfterNormalisingAndTrimming() {
    String decomposed = "e\u0301".repeat(150);

    assertEquals("é".repeat(150), TextRule.NAME.parse(" ".repeat(50_000) + decomposed + "\u3000"));
  }

  @Test
  void parse_countsMarksThatMergeIntoOneLetterOnce() {
    String decomposed = "\u03B1\u0313\u0300\u0345".repeat(150);

    assertEquals("\u1F82".repeat(150), TextRule.NAME.parse(decomposed));
  }

  @Test
  void parse_ofNothing_isEmpty() {
    assertEquals("", TextRule.NAME.parse(null));
    assertEquals("", TextRule.NAME.parse(" \u2003\u00A0 "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00A0", "\u2007", "\u202F", "\u1680", "\u2028", "\u3000", "\r\n", "\t"})
  void parse_trimsWhatUnicodeCallsWhiteSpace(String space) {
    for (var rule : TextRule.values()) {
      assertEquals("Ada", rule.parse(space + " Ada" + space + space));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u001C", "\u001D", "\u001E", "\u001F", "\u0000", "\u0085", "\u0008"})
  void parse_rejectsControlCharactersAtTheEnds(String control) {
    for (var rule : TextRule.values()) {
      assertEquals("INVALID_CHARACTER", ruleBrokenBy(rule, control + "Ada"));
      assertEquals("INVALID_CHARACTER", ruleBrokenBy(rule, "Ada" + control + " "));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u200B",
        "\u3164",
        "\u2800",
        "\u2060\u200D",
        "\u00AD",
        "\uFE0F \u115F",
        "\uDB40\uDC61"
      })
  void parse_ofInvisibleText_isEmpty(String invisible) {
    for (var rule : TextRule.values()) {
      assertEquals("", rule.parse(invisible));
    }
    assertEquals(
        "REQUIRED",
        assertThrows(InvalidValueException.class, () -> TextRule.NAME.parseRequired(invisible))
            .rule());
  }

  @ParameterizedTest
  @ValueSource(strings = {"علی\u200Cرضا", "👩\u200D💻", "a\u200Fb", "क\u094D\u200Dष"})
  void parse_keepsJoinersAndMarksInText(String text) {
    assertEquals(text, TextRule.NAME.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"
      })
  void parse_rejectsBidirectionalControls(String control) {
    for (var rule : TextRule.values()) {
      assertEquals("INVALID_CHARACTER", ruleBrokenBy(rule, "Ada" + control + "b"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u2028", "\u2029"})
  void parse_rejectsSeparatorsInALineOnly(String separator) {
    assertEquals("INVALID_CHARACTER", ruleBrokenBy(TextRule.NAME, "a" + separator + "b"));
    assertEquals("a" + separator + "b", TextRule.NOTE.parse("a" + separator + "b"));
  }

  @Test
  void parseRequired_rejectsEmpty() {
    assertEquals("Ada", TextRule.NAME.parseRequired(" Ada"));
    for (String empty : new String[] {"", " ", "\u00A0"}) {
      assertEquals(
          "REQUIRED",
          assertThrows(InvalidValueException.class, () -> TextRule.NAME.parseRequired(empty))
              .rule());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\u0000b", "a\u0007b", "a\nb", "a\tb", "a\u007Fb", "a\u0085b", "a\uD800"})
  void parse_rejectsControlCharactersInALine(String text) {
    assertEquals("INVALID_CHARACTER", ruleBrokenBy(TextRule.NAME, text));
  }

  @Test
  void parse_ofSeveralLines_allowsTabAndNewline() {
    assertEquals("a\n\tb\nc", TextRule.BIOGRAPHY.parse("a\n\tb\r\nc\r\n"));
    assertEquals("INVALID_CHARACTER", ruleBrokenBy(TextRule.BIOGRAPHY, "a\rb"));
    assertEquals("INVALID_CHARACTER", ruleBrokenBy(TextRule.NOTE, "a\u0000b"));
  }

  @Test
  void parse_rejectsHugeTextWithoutMuchWork() {
    // Marks of descending classes make the reordering of Unicode's normalization quadratic.
    String marks = "\u0301".repeat(1_000_000) + "\u0323".repeat(1_000_000);

    assertEquals("TOO_LONG", ruleBrokenBy(TextRule.BIOGRAPHY, "a" + marks));
    assertEquals("TOO_LONG", ruleBrokenBy(TextRule.NAME, "a".repeat(10_000_000)));
  }

  private static String ruleBrokenBy(TextRule rule, String text) {
    return assertThrows(InvalidValueException.class, () -> rule.parse(text)).rule();
  }
}
