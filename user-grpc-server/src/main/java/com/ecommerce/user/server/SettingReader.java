package com.ecommerce.user.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads settings from flags and the environment, where a flag wins, and collects every problem. Not
 * thread-safe.
 */
final class SettingReader {
  private static final Logger log = LoggerFactory.getLogger(SettingReader.class);
  private static final int REPLACEMENT = 0xFFFD;
  private static final int MAX_FILE_BYTES = 64 * 1024;

  private final Map<String, String> flags;
  private final Map<String, String> environment;

  /** The problems in order, each once even if its setting is read several times. */
  private final Set<String> problems = new LinkedHashSet<>();

  SettingReader(Map<String, String> flags, Map<String, String> environment) {
    this.flags = flags;
    this.environment = environment;
  }

  /** The text of a setting that only the environment has. */
  Optional<String> text(String variable) {
    return Optional.ofNullable(environment.get(variable))
        .map(String::strip)
        .filter(text -> !text.isEmpty() && isReadable(variable, text));
  }

  /**
   * Returns whether the text arrived as it was typed. Bytes that are invalid in the encoding of the
   * process arrive as replacement characters or, with Latin-1, as control characters that nobody
   * types. The value may be a secret, so the problem does not show it.
   */
  private boolean isReadable(String name, String text) {
    if (text.codePoints().noneMatch(SettingReader::isOfUndecodedBytes)) {
      return true;
    }
    note(
        name
            + ": has bytes that are no text in the encoding of this process (expected: UTF-8, and a locale"
            + " that has it, such as LC_ALL=C.UTF-8)");
    return false;
  }

  private static boolean isOfUndecodedBytes(int codePoint) {
    boolean isUpperControl = codePoint >= 0x80 && codePoint <= 0x9F;
    boolean isNoCharacter = (codePoint & 0xFFFE) == 0xFFFE;
    return codePoint == REPLACEMENT
        || isUpperControl
        || isNoCharacter
        || Character.getType(codePoint) == Character.SURROGATE;
  }

  /** The texts of all settings whose names begin so. */
  Map<String, String> startingWith(String prefix) {
    var texts = new TreeMap<String, String>();
    for (String variable : environment.keySet()) {
      if (variable.startsWith(prefix)) {
        text(variable).ifPresent(text -> texts.put(variable, text));
      }
    }
    return texts;
  }

  /** The text of a setting that has a flag, too. */
  Optional<String> text(String flag, String variable) {
    return flag(flag, variable).or(() -> text(variable));
  }

  private Optional<String> flag(String flag, String variable) {
    return Optional.ofNullable(flags.get(flag))
        .filter(text -> isReadable(name(flag, variable), text));
  }

  /**
   * Returns the text of a setting that may also be read from a file, so that secrets do not have to
   * be on the command line. The flag or variable for the file has the same name with "file"
   * appended. Flags override variables.
   */
  Optional<String> textOrFile(String flag, String variable) {
    String fileFlag = flag + "-file";
    String fileVariable = variable + "_FILE";
    return either(flag, flag(flag, variable), fileFlag, flag(fileFlag, fileVariable))
        .or(() -> either(variable, text(variable), fileVariable, text(fileVariable)));
  }

  private Optional<String> either(
      String name, Optional<String> text, String fileName, Optional<String> file) {
    if (text.isPresent() && file.isPresent()) {
      note(name + " and " + fileName + ": both are given (expected: one of them)");
      return text;
    }
    return text.or(() -> file.flatMap(path -> content(fileName, path)));
  }

  private Optional<String> content(String name, String path) {
    try {
      String text = utf8(Path.of(path)).strip();
      if (!text.isEmpty()) {
        return Optional.of(text).filter(readable -> isReadable(name, readable));
      }
    } catch (IOException | InvalidPathException unreadable) {
      log.debug("{} cannot be read", name, unreadable);
    }
    note(name + ": " + path + " (expected: a file with one line of text in UTF-8)");
    return Optional.empty();
  }

  /** Reads no further than the limit, so that a device or a wrong file does not fill the memory. */
  private static String utf8(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw new IOException("larger than " + MAX_FILE_BYTES + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
  }

  /** Whether a flag without a value is there. */
  boolean isSet(String flag) {
    return flags.containsKey(flag);
  }

  int integer(String variable, int preset, int min, int max) {
    return integer(variable, text(variable), preset, min, max);
  }

  int integer(String flag, String variable, int preset, int min, int max) {
    return integer(name(flag, variable), text(flag, variable), preset, min, max);
  }

  private int integer(String name, Optional<String> text, int preset, int min, int max) {
    return parse(
        name,
        text,
        preset,
        word -> {
          String problem = word + " (expected: a whole number from " + min + " to " + max + ")";
          try {
            int number = Integer.parseInt(word);
            if (number >= min && number <= max) {
              return number;
            }
          } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(problem, notANumber);
          }
          throw new IllegalArgumentException(problem);
        });
  }

  /** Reads {@code true} or {@code false}, ignoring case. */
  boolean bool(String variable, boolean preset) {
    return parse(
        variable,
        text(variable),
        preset,
        word -> {
          if (word.equalsIgnoreCase("true") || word.equalsIgnoreCase("false")) {
            return word.equalsIgnoreCase("true");
          }
          throw new IllegalArgumentException(word + " (expected: true or false)");
        });
  }

  <E extends Enum<E>> E choice(String variable, E preset, Class<E> type) {
    return parse(
        variable,
        text(variable),
        preset,
        word -> {
          for (E choice : type.getEnumConstants()) {
            if (choice.name().equalsIgnoreCase(word)) {
              return choice;
            }
          }
          throw new IllegalArgumentException(
              word
                  + " (expected: one of "
                  + List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT)
                  + ")");
        });
  }

  /** The parsed text; the preset when there is none, or when it is noted as a problem. */
  <T> T parse(String name, Optional<String> text, T preset, Function<String, T> parser) {
    try {
      return text.map(parser).orElse(preset);
    } catch (IllegalArgumentException invalid) {
      problems.add(name + ": " + invalid.getMessage());
      return preset;
    }
  }

  /** A problem that no single value has; the text names the setting. */
  void note(String problem) {
    problems.add(problem);
  }

  static String name(String flag, String variable) {
    return flag + " (" + variable + ")";
  }

  /**
   * @throws StartupException with every problem, one a line
   */
  void throwIfAnyProblem() {
    if (!problems.isEmpty()) {
      throw new StartupException(String.join(System.lineSeparator(), problems));
    }
  }
}
