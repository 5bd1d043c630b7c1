package com.ecommerce.user.core.internal.text;

import static com.ecommerce.user.core.testing.FuzzInput.accepted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.testing.FuzzInput;
import java.net.URI;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class WebUrlFuzz {
  @FuzzTest
  void parse_acceptsOnlyWebAddressesOfOneHost(byte[] input) {
    String text = FuzzInput.text(input);
    accepted(input, InvalidValueException.class, () -> WebUrl.parse(text))
        .ifPresent(WebUrlFuzz::assertWebAddress);
    FuzzInput.repeated(text)
        .ifPresent(
            longText -> {
              accepted(input, InvalidValueException.class, () -> WebUrl.parse(longText));
              accepted(
                  input, InvalidValueException.class, () -> WebUrl.parse("http://" + longText));
            });
  }

  private static void assertWebAddress(String url) {
    assertEquals(url, WebUrl.parse(url));
    if (url.isEmpty()) {
      return;
    }
    assertTrue(url.codePointCount(0, url.length()) <= 2_048, "length");
    assertTrue(url.regionMatches(true, 0, "http", 0, 4), "scheme");
    var uri = URI.create(url);
    assertTrue(uri.getRawAuthority() != null && !uri.getRawAuthority().contains("@"), "authority");
    assertTrue(
        url.codePoints()
            .noneMatch(
                letter ->
                    letter <= ' '
                        || Character.isISOControl(letter)
                        || "<>\"\\^`{|}".indexOf(letter) >= 0
                        || Characters.isBidirectionalControl(letter)),
        "characters that end an attribute or mislead");
  }

  @FuzzTest
  void toAscii_isCanonical(byte[] input) {
    String name = FuzzInput.text(input);
    DomainName.toAscii(name)
        .ifPresent(
            ascii -> {
              assertTrue(ascii.codePoints().allMatch(letter -> letter < 0x80), "ASCII");
              if (DomainName.isValid(name)) {
                assertEquals(ascii, DomainName.toAscii(ascii).orElseThrow());
              }
            });
    FuzzInput.repeated(name).ifPresent(DomainName::isValid);
  }
}
