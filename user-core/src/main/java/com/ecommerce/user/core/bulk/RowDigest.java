package com.ecommerce.user.core.bulk;

import com.ecommerce.user.core.internal.crypto.Digests;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A digest of the named values of a row, by which a later import finds that the row is the same:
 * the first 128 bits of their SHA-256. Not thread-safe.
 */
final class RowDigest {
  private static final int BYTES = 16;

  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  /** Adds a value; the order of the calls matters. */
  RowDigest add(String name, String value) {
    addText(name);
    addText(value);
    return this;
  }

  /** With its length, so that no two lists of texts have the same bytes. */
  private void addText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    content.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    content.writeBytes(bytes);
  }

  byte[] value() {
    return Arrays.copyOf(Digests.sha256(content.toByteArray()), BYTES);
  }
}
