package com.ecommerce.user.server.config;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A strict decoder of percent-encoding (RFC 3986, section 2.1) in the URLs of settings: a malformed
 * password is refused, not read as another one. Stateless.
 */
final class PercentEncoding {
  private PercentEncoding() {}

  /**
   * Returns the decoded text. A plus sign stands for itself, since only HTML forms use it for a
   * space.
   *
   * @throws IllegalArgumentException if a percent sign is not followed by two hexadecimal digits,
   *     or if the bytes are not UTF-8 or contain a NUL; the message does not repeat the text, which
   *     may be a secret
   */
  static String decode(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    var decoded = new ByteArrayOutputStream(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] == '%') {
        decoded.write(octet(encoded, i + 1));
        i += 2;
      } else {
        decoded.write(encoded[i]);
      }
    }
    return text(decoded.toByteArray());
  }

  private static int octet(byte[] encoded, int first) {
    if (first + 2 > encoded.length
        || !HexFormat.isHexDigit(encoded[first])
        || !HexFormat.isHexDigit(encoded[first + 1])) {
      throw new IllegalArgumentException(
          "invalid percent-encoding (expected: a percent sign and two hexadecimal digits)");
    }
    return HexFormat.fromHexDigit(encoded[first]) << 4 | HexFormat.fromHexDigit(encoded[first + 1]);
  }

  private static String text(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.indexOf(0) < 0) {
        return text;
      }
    } catch (CharacterCodingException malformed) {
      throw notText();
    }
    throw notText();
  }

  private static IllegalArgumentException notText() {
    return new IllegalArgumentException(
        "percent-encoded bytes that are not text (expected: UTF-8 without NUL)");
  }
}
