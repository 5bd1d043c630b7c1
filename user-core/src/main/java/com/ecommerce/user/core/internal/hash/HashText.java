package com.ecommerce.user.core.internal.hash;

import java.util.Base64;

/** Reads binary parts of stored hashes. Stateless. */
final class HashText {
  private HashText() {}

  /**
   * Decodes base64 with or without padding.
   *
   * @param scheme the name of the scheme, for the message
   * @throws RefusedHashException when it is none
   */
  static byte[] base64(String scheme, String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException malformed) {
      throw RefusedHashException.malformed(scheme);
    }
  }

  /**
   * Does the same for the alphabet of passlib, which has a dot in the place of the plus sign (and
   * is called ab64 there).
   */
  static byte[] adaptedBase64(String scheme, String text) {
    return base64(scheme, text.replace('.', '+'));
  }
}
