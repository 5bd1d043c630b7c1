package com.ecommerce.user.core.internal.hash;

import java.util.Base64;

/** Reads binary parts of stored hashes. Stateless. */
final class HashText {
  private HashText() {}

  /**
   * Decodes base64 with or without padding.
   *
   * @param scheme the name of the scheme, for the message
   * @throws RefusedHashException if the text is not base64
   */
  static byte[] base64(String scheme, String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException malformed) {
      throw RefusedHashException.malformed(scheme);
    }
  }

  /** Does the same for the alphabet of passlib (ab64), in which a dot replaces the plus sign. */
  static byte[] adaptedBase64(String scheme, String text) {
    return base64(scheme, text.replace('.', '+'));
  }
}
