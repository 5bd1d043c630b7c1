package com.ecommerce.user.server.transfer;

import com.google.common.io.CountingInputStream;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a file from its start to its end, and counts the bytes that have been read. */
final class SourceFile extends FilterInputStream {
  private static final int BUFFER = 1 << 16;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final Path file;
  private final long size;
  private final CountingInputStream counter;

  private SourceFile(Path file, long size, CountingInputStream in) {
    super(in);
    this.file = file;
    this.size = size;
    counter = in;
  }

  /**
   * Opens a file, after its byte order mark.
   *
   * @throws SourceException if there is no such file
   */
  static SourceFile open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new SourceException(file + ": a directory (expected: a file)");
    }
    try {
      var in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
      in.mark(BYTE_ORDER_MARK.length);
      if (!Arrays.equals(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
        in.reset();
      }
      return new SourceFile(file, Files.size(file), new CountingInputStream(in));
    } catch (NoSuchFileException missing) {
      throw new SourceException(file + ": no such file", missing);
    }
  }

  /** Returns the part that has been read, from 0 to 1. */
  double progress() {
    return size == 0 ? 1 : Math.min(1, (double) counter.getCount() / size);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
