package com.ecommerce.user.rest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes UTF-8 (RFC 3629) without replacing what is malformed. Stateless. */
final class Utf8 {
  /** Tells a client what a path, a query or a form should have been. */
  static final String EXPECTED =
      "has invalid characters (expected: percent-encoded UTF-8, such as %C3%BC)";

  private static final char REPLACEMENT = '\uFFFD';

  private Utf8() {}

  /** Returns whether a text that was decoded by others has had bytes that are not UTF-8. */
  static boolean isReplaced(String text) {
    return text.indexOf(REPLACEMENT) >= 0;
  }

  /**
   * Returns the text of the bytes.
   *
   * @throws CharacterCodingException when they are not UTF-8: overlong forms and surrogates are not
   */
  static String decode(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
