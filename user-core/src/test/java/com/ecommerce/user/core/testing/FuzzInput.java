package com.ecommerce.user.core.testing;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Converts the bytes of a fuzz target to texts, and checks the properties of every parser of
 * untrusted input. A corpus file is the text itself in UTF-8, so that people can read and write it.
 */
public final class FuzzInput {
  /** The first byte of texts in UTF-16, which can hold lone surrogates; never a byte of UTF-8. */
  private static final byte UTF_16 = (byte) 0xFF;

  /** Separates texts; never a byte of UTF-8. */
  private static final byte SEPARATOR = (byte) 0xFE;

  private static final long BASE_BYTES = 32L << 20;

  private static final long BYTES_PER_INPUT_BYTE = 4_096;
  private static final int MAX_PATTERN = 24;
  private static final int LONG = 100_000;
  private static final int MAX_MESSAGE = 2_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private FuzzInput() {}

  /** Returns the text of the bytes: UTF-16 after a byte 0xFF, else UTF-8. */
  public static String text(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == UTF_16
        ? new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_16BE)
        : new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns the texts between bytes 0xFE; the last ones are empty if there are fewer. */
  public static List<String> texts(byte[] bytes, int count) {
    List<String> texts = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < bytes.length && texts.size() < count - 1; i++) {
      if (bytes[i] == SEPARATOR) {
        texts.add(text(Arrays.copyOfRange(bytes, begin, i)));
        begin = i + 1;
      }
    }
    texts.add(text(Arrays.copyOfRange(bytes, begin, bytes.length)));
    while (texts.size() < count) {
      texts.add("");
    }
    return texts;
  }

  /**
   * Returns the result of a parser; empty if it threw the documented exception. Any other exception
   * fails the test, and so does a parser that allocates far more than its input explains.
   */
  public static <T> Optional<T> accepted(
      byte[] input, Class<? extends RuntimeException> documented, Supplier<T> parser) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    var result = parsed(documented, parser);
    if (isLarge(before, input)) {
      // The first time, tables and classes may be loaded.
      before = THREADS.getCurrentThreadAllocatedBytes();
      parsed(documented, parser);
      assertFalse(isLarge(before, input), "memory for an input of " + input.length + " bytes");
    }
    return result;
  }

  private static boolean isLarge(long before, byte[] input) {
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    return bytes > BASE_BYTES + BYTES_PER_INPUT_BYTE * input.length;
  }

  private static <T> Optional<T> parsed(
      Class<? extends RuntimeException> documented, Supplier<T> parser) {
    try {
      return Optional.of(parser.get());
    } catch (RuntimeException refused) {
      if (!documented.isInstance(refused)) {
        throw refused;
      }
      assertFitsOneLine(refused);
      return Optional.empty();
    }
  }

  /** Checks that a message is one line, and short if clients read it. */
  private static void assertFitsOneLine(RuntimeException refused) {
    String message = refused.getMessage();
    assertTrue(
        message.codePoints().noneMatch(Character::isISOControl), "control character in a message");
    boolean isForOperators =
        refused.getClass() == IllegalArgumentException.class
            || refused.getClass() == IllegalStateException.class;
    assertTrue(isForOperators || message.length() <= MAX_MESSAGE, "length of a message");
  }

  /**
   * Returns a short input repeated to a text of 100,000 characters, on which a parser that
   * backtracks takes longer than the timeout of its test; empty for other inputs.
   */
  public static Optional<String> repeated(String text) {
    return text.isEmpty() || text.length() > MAX_PATTERN
        ? Optional.empty()
        : Optional.of(text.repeat(LONG / text.length()));
  }
}
