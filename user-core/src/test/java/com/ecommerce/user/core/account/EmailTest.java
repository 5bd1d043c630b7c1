package com.ecommerce.user.core.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.error.InvalidValueException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailTest {
  @ParameterizedTest
  @CsvSource({
    "ada@example.com, ada@example.com",
    "'  Ada.Lovelace@Example.COM ', ada.lovelace@example.com",
    "o'neil+shop@sub.example.co.uk, o'neil+shop@sub.example.co.uk",
    "name@bücher.example, name@xn--bcher-kva.example",
    "name@例え.テスト, name@xn--r8jz45g.xn--zckzah",
    "root@localhost, root@localhost",
    "a@1und1.de, a@1und1.de",
    "anna@straße.example, anna@xn--strae-oqa.example",
    "anna@XN--STRAE-OQA.example, anna@xn--strae-oqa.example",
    "info@MÜNCHEN.example, info@xn--mnchen-3ya.example",
    "a@βόλος.example, a@xn--nxasmm1c.example",
    "a@نامه‌ای.example, a@xn--mgba3gch31f060k.example",
    "a@r3---sn.example, a@r3---sn.example",
  })
  void parse_givesLowerCaseWithAsciiDomain(String raw, String expected) {
    assertEquals(expected, Email.parse(raw).address());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ada",
        "@example.com",
        "ada@",
        "ada@example",
        "ada@.example.com",
        "ada@example..com",
        "ada@example.com.",
        "ada@-example.com",
        "ada@example-.com",
        "ada@192.168.0.1",
        "ada@[192.168.0.1]",
        "\"ada\"@example.com",
        ".ada@example.com",
        "ada.@example.com",
        "a..da@example.com",
        "ada lovelace@example.com",
        "ada@exa mple.com",
        "ada@example.com\u0000",
        "ad\na@example.com",
        "müller@example.com",
        "ada@grace@example.com",
        "ada@exam_ple.com",
        "ada@\u3002com",
        "\u212Aelvin@example.com",
        "ada@xn--.example",
        "ada@xn--a.example",
        "ada@a\u200Db.example",
        "ada@\uD800.example"
      })
  void parse_rejectsWhatIsNoAddress(String raw) {
    assertEquals("INVALID_EMAIL", ruleBrokenBy(raw));
  }

  /** Letters such as U+3316 become several ones, of which ICU converts 1,000 at most. */
  @ParameterizedTest
  @ValueSource(strings = {"㌖", "㍿", "ü", "א"})
  void parse_rejectsADomainThatIsTooLongToConvert(String letter) {
    assertEquals("INVALID_EMAIL", ruleBrokenBy("a@" + letter.repeat(998)));
    assertEquals("INVALID_EMAIL", ruleBrokenBy("a@xn--" + letter.repeat(400)));
    String query = "a@" + letter.repeat(250);
    var search = new UserSearch(query, UserFilter.ALL, Optional.empty(), Optional.empty());
    assertEquals(query, search.query());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "\u3000"})
  void parse_rejectsMissing(String raw) {
    assertEquals("REQUIRED", ruleBrokenBy(raw));
  }

  @Test
  void parse_allowsTheLongestAddressAndNoMore() {
    String label = "d".repeat(61);
    String address = String.join(".", "l".repeat(64) + "@" + label, label, label, "com");

    assertEquals(254, address.length());
    assertEquals(address, Email.parse(address).address());
    assertEquals("TOO_LONG", ruleBrokenBy(address.replace("com", "comm")));
    assertEquals("TOO_LONG", ruleBrokenBy("l".repeat(65) + "@example.com"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.", "ü", "a", "@", "。"})
  void parse_rejectsHugeTextWithoutMuchWork(String part) {
    String huge = part.repeat(1_000_000);

    assertEquals("TOO_LONG", ruleBrokenBy(huge + "a@example.com"));
    assertEquals("TOO_LONG", ruleBrokenBy("a@" + huge + "example.com"));
  }

  @Test
  void localPart_isThePartBeforeTheAt() {
    assertEquals("ada", Email.parse("Ada@example.com").localPart());
  }

  @Test
  void toString_showsNothing() {
    assertFalse(Email.parse("ada@example.com").toString().contains("ada"));
  }

  private static String ruleBrokenBy(String raw) {
    return assertThrows(InvalidValueException.class, () -> Email.parse(raw)).rule();
  }
}
