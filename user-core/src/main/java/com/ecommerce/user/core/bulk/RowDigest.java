package com.ecommerce.user.core.bulk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A digest of the named values of a row, by which a later import finds that the row is the same:
 * the first 128 bits of their SHA-256. Not thread-safe.
 */
final class RowDigest {
  private static final int BYTES = 16;

  private final MessageDigest digest;

  RowDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  /** Adds a value; the order of the calls matters. */
  RowDigest add(String name, String value) {
    addText(name);
    addText(value);
    return this;
  }

  /** With its length, so that no two lists of texts have the same bytes. */
  private void addText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }

  byte[] value() {
    return Arrays.copyOf(digest.digest(), BYTES);
  }
}
