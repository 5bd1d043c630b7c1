package com.ecommerce.user.core.brand;

import com.ecommerce.user.core.error.InvalidValueException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** The image of a brand. Immutable. */
public final class Logo {
  /** The maximum size of the file. */
  public static final int MAX_BYTES = 100 * 1024;

  /** The format of a logo. */
  public enum Format {
    PNG("image/png", "png"),
    SVG("image/svg+xml", "svg");

    private final String contentType;
    private final String extension;

    Format(String contentType, String extension) {
      this.contentType = contentType;
      this.extension = extension;
    }

    public String contentType() {
      return contentType;
    }

    /** Returns the extension of such files, without a dot. */
    public String extension() {
      return extension;
    }
  }

  private static final byte[] PNG_START = HexFormat.of().parseHex("89504e470d0a1a0a");

  private final Format format;
  private final byte[] content;

  private Logo(Format format, byte[] content) {
    this.format = format;
    this.content = content;
  }

  /**
   * Reads a PNG or SVG image of at most {@link #MAX_BYTES}. The content decides on the format.
   *
   * @throws InvalidValueException if it is neither, or too large
   * @throws IOException if it cannot be read
   */
  public static Logo read(Path file) throws IOException {
    byte[] content;
    try (var stream = Files.newInputStream(file)) {
      content = stream.readNBytes(MAX_BYTES + 1);
    }
    if (content.length > MAX_BYTES) {
      throw new InvalidValueException(
          "TOO_LARGE", file + " is too large (expected: at most " + MAX_BYTES + " bytes)");
    }
    var format =
        format(content)
            .orElseThrow(
                () ->
                    new InvalidValueException(
                        "INVALID_IMAGE", file + " is no image (expected: PNG or SVG)"));
    return new Logo(format, content);
  }

  private static Optional<Format> format(byte[] content) {
    if (Arrays.equals(
        content, 0, Math.min(content.length, PNG_START.length), PNG_START, 0, PNG_START.length)) {
      return Optional.of(Format.PNG);
    }
    return new String(content, StandardCharsets.UTF_8).contains("<svg")
        ? Optional.of(Format.SVG)
        : Optional.empty();
  }

  public Format format() {
    return format;
  }

  /** Returns a copy of the file's content. */
  public byte[] content() {
    return content.clone();
  }
}
