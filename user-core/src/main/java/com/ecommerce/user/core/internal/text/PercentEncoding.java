package com.ecommerce.user.core.internal.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A strict decoder of percent-encoding (RFC 3986, section 2.1), which refuses malformed text that
 * {@code URLDecoder} and others accept. Stateless.
 */
public final class PercentEncoding {
  private PercentEncoding() {}

  /**
   * Returns the decoded bytes, which are UTF-8 if the caller expects text. A plus sign stands for
   * itself, and so do characters other than ASCII.
   *
   * @throws IllegalArgumentException if a percent sign is not followed by two hexadecimal digits;
   *     the message does not repeat the text, which may be a secret
   */
  public static byte[] decode(String text) {
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
    return decoded.toByteArray();
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
}
