package com.ecommerce.user.rest.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes UTF-8 (RFC 3629), and fails on malformed bytes instead of replacing them. Stateless. */
public final class Utf8 {
  /** The message for a path, a query or a form that is not UTF-8. */
  public static final String EXPECTED =
      "has invalid characters (expected: percent-encoded UTF-8, such as %C3%BC)";

  private static final char REPLACEMENT = '\uFFFD';

  private Utf8() {}

  /** Returns whether a text that was decoded elsewhere had bytes that are not UTF-8. */
  public static boolean isReplaced(String text) {
    return text.indexOf(REPLACEMENT) >= 0;
  }

  /**
   * Returns the text of the bytes.
   *
   * @throws CharacterCodingException when the bytes are not UTF-8; overlong forms and surrogates
   *     are not
   */
  public static String decode(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
