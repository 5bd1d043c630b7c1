package com.ecommerce.user.core.value;

import java.util.Base64;

/**
 * Base64url without padding (RFC 4648, section 5) in its canonical form: each sequence of bytes has
 * one spelling, and only that is read. Tokens that are compared, counted or kept by their text need
 * this, since lenient decoders give one token many texts. Stateless.
 */
public final class Base64Url {
  private Base64Url() {}

  /** Returns the canonical spelling. */
  public static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Returns the bytes of a canonical spelling.
   *
   * @throws IllegalArgumentException if the text has characters of another alphabet, white space or
   *     padding, or set bits in its last character that belong to no byte (RFC 4648, section 3.5)
   */
  public static byte[] decode(String text) {
    byte[] bytes = Base64.getUrlDecoder().decode(text);
    // The JDK's decoder accepts padding and ignores the unused bits of the last character.
    if (!encode(bytes).equals(text)) {
      throw new IllegalArgumentException("not canonical base64url");
    }
    return bytes;
  }
}
