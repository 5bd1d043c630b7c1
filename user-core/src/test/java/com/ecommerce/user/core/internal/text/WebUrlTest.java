package com.ecommerce.user.core.internal.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.error.InvalidValueException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebUrlTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com",
        "HTTP://example.com:8080/path?query=1#part",
        "https://[2001:db8::1]/",
        "https://bücher.example/ä",
        "https://under_score.example.com",
        "http://localhost:3000",
        "https://example.com:65535",
        "https://example.com:/",
        "https://example.com.",
        "https://192.0.2.1/",
        "https://xn--bcher-kva.example",
        "https://straße.example"
      })
  void parse_acceptsWebAddresses(String url) {
    assertEquals(url, WebUrl.parse("  " + url + " "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com",
        "//example.com",
        "ftp://example.com",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https:example.com",
        "https://user:pass@example.com",
        "https://user@bücher.example",
        "https://exa mple.com",
        "https://example.com/\u0000",
        "https://example.com/a b",
        "https://example.com/\u202Egnp.exe",
        "https://example.com/?q=\u2066",
        "https://example.com/\u2028a",
        "https://example.com/\uD800",
        "http://:80",
        "https://bücher.example:port",
        "https://example.com:99999",
        "https://example.com:65536",
        "https://xn--.example",
        "https://\u200B",
        "https://\u200B/path",
        "https://\u3164.example",
        "https://a..example",
        "https://a\u200D.example",
        "https://-a.example",
        "https://[::1]x"
      })
  void parse_rejectsAllElse(String url) {
    assertEquals("INVALID_URL", ruleBrokenBy(url));
  }

  @Test
  void parse_ofNothing_isEmpty() {
    assertEquals("", WebUrl.parse(null));
    assertEquals("", WebUrl.parse("  "));
  }

  @Test
  void parse_allows2048Characters() {
    String longest = "https://example.com/" + "a".repeat(2_028);

    assertEquals(longest, WebUrl.parse(longest));
    assertEquals("TOO_LONG", ruleBrokenBy(longest + "a"));
  }

  /** A host that ICU refuses to convert for its length is an invalid value, not a failure. */
  @ParameterizedTest
  @ValueSource(strings = {"小", "a\u0301", "א", "a\u200D", "㌖", "ü."})
  void parse_ofAHostThatIsMuchTooLong_isRefused(String letter) {
    for (int length : new int[] {200, 900, 1_900}) {
      String host = letter.repeat(length / letter.length());
      assertEquals("INVALID_URL", ruleBrokenBy("https://" + host + ".example"));
      assertEquals("INVALID_URL", ruleBrokenBy("https://xn--" + "a".repeat(length)));
    }
  }

  private static String ruleBrokenBy(String url) {
    return assertThrows(InvalidValueException.class, () -> WebUrl.parse(url)).rule();
  }
}
