package com.ecommerce.user.core.internal.text;

import java.util.Base64;

/**
 * Canonical base64url without padding (RFC 4648, section 5): each sequence of bytes has exactly one
 * spelling, and others are rejected. Tokens that are compared, counted or cached by their text
 * require this, since a lenient decoder accepts many texts for the same token. Stateless.
 */
public final class Base64Url {
  private Base64Url() {}

  /** Returns the canonical spelling of the bytes. */
  public static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Returns the bytes of a canonical spelling.
   *
   * @throws IllegalArgumentException if the text has characters outside the alphabet, white space
   *     or padding, or if the unused bits of its last character are not zero (RFC 4648, section
   *     3.5)
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
