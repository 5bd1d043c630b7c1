package com.ecommerce.user.server.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds arguments that did not arrive as they were typed. In a locale such as {@code LC_ALL=C}, a
 * JVM replaces the bytes of letters that it cannot decode by question marks, which cannot be told
 * from real ones. So this class reads the original bytes, where the system provides them.
 */
final class ArgumentBytes {
  private static final Logger log = LoggerFactory.getLogger(ArgumentBytes.class);
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final int LAST_ASCII = 0x7F;

  private ArgumentBytes() {}

  /** Returns a line that names an argument that could not be decoded; empty if there is none. */
  static Optional<String> problem() {
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    if (isUtf8(encoding) || !Files.isReadable(COMMAND_LINE)) {
      return Optional.empty();
    }
    try {
      // ISO 8859-1 decodes each byte as one character.
      String words = Files.readString(COMMAND_LINE, StandardCharsets.ISO_8859_1);
      return problem(List.of(words.split("\0")), encoding);
    } catch (IOException unreadable) {
      log.debug("The command line cannot be read", unreadable);
      return Optional.empty();
    }
  }

  /**
   * Returns an error message if the encoding of this process cannot represent the path of the
   * working directory, else empty. In such a directory, the JDK uses another path or fails.
   */
  static Optional<String> directoryProblem() {
    return directoryProblem(
        System.getProperty("user.dir"), System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  static Optional<String> directoryProblem(String directory, String encoding) {
    return isUtf8(encoding) || Charset.forName(encoding).newEncoder().canEncode(directory)
        ? Optional.empty()
        : Optional.of(
            "the working directory: its path has letters that the encoding of this process, "
                + encoding
                + ", does not have (expected: a locale with UTF-8, such as LC_ALL=C.UTF-8)");
  }

  private static boolean isUtf8(String encoding) {
    try {
      return Charset.forName(encoding).equals(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException unknown) {
      return false;
    }
  }

  /**
   * @param words the words of the command line, with one character for each byte
   */
  static Optional<String> problem(List<String> words, String encoding) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.chars().allMatch(letter -> letter <= LAST_ASCII)) {
        continue;
      }
      return Optional.of(
          name(words, i)
              + ": has letters that the encoding of this process, "
              + encoding
              + ", does not have (expected: a locale with UTF-8, such as LC_ALL=C.UTF-8)");
    }
    return Optional.empty();
  }

  /** Returns the flag that the value belongs to, never the value, which may be a secret. */
  private static String name(List<String> words, int index) {
    String flag = words.get(index).replaceFirst("=(?s).*", "");
    if (flag.matches("--[a-z-]+")) {
      return flag;
    }
    boolean isValue = index > 0 && words.get(index - 1).matches("--[a-z-]+");
    return isValue ? words.get(index - 1) : "an argument";
  }
}
