package com.ecommerce.user.server.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads settings from flags and the environment, where a flag wins, and collects every problem. Not
 * thread-safe.
 */
public final class SettingReader {
  private static final Logger log = LoggerFactory.getLogger(SettingReader.class);
  private static final int REPLACEMENT = 0xFFFD;
  private static final int MAX_FILE_BYTES = 64 * 1024;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,10}");

  /** The settings whose value may be in a file. */
  private static final Set<Setting> FROM_FILES =
      EnumSet.of(
          Setting.DATABASE_URL,
          Setting.DATABASE_READ_URL,
          Setting.SMTP_URL,
          Setting.JWT_SECRET,
          Setting.REDIS_URL);

  private final Map<String, String> flags;
  private final Map<String, String> environment;

  /** The problems in order, each once even if its setting is read several times. */
  private final Set<String> problems = new LinkedHashSet<>();

  /**
   * @param flags the values by flag, such as {@code --port}
   * @param environment the variables
   */
  public SettingReader(Map<String, String> flags, Map<String, String> environment) {
    this.flags = flags;
    this.environment = environment;
  }

  /**
   * Returns the text of a setting, from its flag, its variable, or the file that contains it. Flags
   * override variables.
   */
  Optional<String> text(Setting setting) {
    return FROM_FILES.contains(setting) ? textOrFile(setting) : value(setting);
  }

  /**
   * Returns the settings that differ from their defaults, as a log may show them: {@code (set)} in
   * place of a text that can contain a secret.
   */
  Map<Setting, String> changed() {
    var changed = new EnumMap<Setting, String>(Setting.class);
    for (Setting setting : Setting.values()) {
      boolean canBeSecret = FROM_FILES.contains(setting);
      flag(setting)
          .or(() -> variable(setting.variable(), setting.title()))
          .filter(text -> !text.equalsIgnoreCase(setting.presetText()))
          .ifPresent(text -> changed.put(setting, canBeSecret ? "(set)" : text));
    }
    return changed;
  }

  /** Returns the value. Refuses control characters, since lines of the log contain values. */
  private Optional<String> value(Setting setting) {
    var text = flag(setting).or(() -> variable(setting.variable(), setting.title()));
    if (text.isPresent() && !isOneLine(text.get())) {
      note(setting.title() + ": has control characters (expected: text without them)");
      return Optional.empty();
    }
    return text;
  }

  private static boolean isOneLine(String text) {
    return text.chars().allMatch(letter -> letter >= ' ');
  }

  private Optional<String> flag(Setting setting) {
    String text = flags.get(setting.flag().orElse(""));
    if (text != null && text.isBlank()) {
      note(setting.title() + ": empty (expected: a value)");
      return Optional.empty();
    }
    return Optional.ofNullable(text).filter(known -> isReadable(setting.title(), known));
  }

  /** Returns the text of a variable that is not one of the settings. */
  Optional<String> variable(String name) {
    return variable(name, name);
  }

  private Optional<String> variable(String name, String title) {
    return Optional.ofNullable(environment.get(name))
        .map(String::strip)
        .filter(text -> !text.isEmpty() && isReadable(title, text));
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
        variable(variable).ifPresent(text -> texts.put(variable, text));
      }
    }
    return texts;
  }

  /** Returns the text of a setting whose value may be in a file, which keeps it secret. */
  private Optional<String> textOrFile(Setting setting) {
    var file = setting.file();
    if (isOnCommandLine(setting) || isOnCommandLine(file)) {
      return either(nameOfFlag(setting), flag(setting), nameOfFlag(file), flag(file));
    }
    return either(
        setting.variable(),
        variable(setting.variable(), setting.title()),
        file.variable(),
        variable(file.variable(), file.title()));
  }

  private boolean isOnCommandLine(Setting setting) {
    return setting.flag().map(flags::get).isPresent();
  }

  private static String nameOfFlag(Setting setting) {
    return setting.flag().orElse(setting.variable());
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
      String text = withoutByteOrderMark(utf8(Path.of(path))).strip();
      if (!text.isEmpty() && isOneLine(text)) {
        return Optional.of(text).filter(readable -> isReadable(name, readable));
      }
    } catch (IOException | InvalidPathException unreadable) {
      log.debug("{} cannot be read", name, unreadable);
    }
    note(name + ": " + path + " (expected: a file with one line of text in UTF-8)");
    return Optional.empty();
  }

  /** Removes the invisible mark that some editors write before text in UTF-8. */
  public static String withoutByteOrderMark(String text) {
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
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

  /** Returns whether a flag without a value is present. */
  boolean isSet(String flag) {
    return flags.containsKey(flag);
  }

  int integer(Setting setting, int preset, int min, int max) {
    return parse(
        setting,
        preset,
        word -> {
          // Ten digits fit into a long. Digits other than ASCII are refused.
          long number = INTEGER.matcher(word).matches() ? Long.parseLong(word) : Long.MIN_VALUE;
          if (number < min || number > max) {
            throw new IllegalArgumentException(
                word + " (expected: a whole number from " + min + " to " + max + ")");
          }
          return (int) number;
        });
  }

  /** Reads {@code true} or {@code false}, ignoring case. */
  boolean bool(Setting setting, boolean preset) {
    return parse(
        setting,
        preset,
        word -> {
          if (word.equalsIgnoreCase("true") || word.equalsIgnoreCase("false")) {
            return word.equalsIgnoreCase("true");
          }
          throw new IllegalArgumentException(word + " (expected: true or false)");
        });
  }

  <E extends Enum<E>> E choice(Setting setting, E preset, Class<E> type) {
    return parse(
        setting,
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

  /**
   * Returns the parsed text; the preset if there is none, or if it is invalid, which is recorded as
   * a problem.
   */
  <T> T parse(Setting setting, T preset, Function<String, T> parser) {
    return parse(setting.title(), text(setting), preset, parser);
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

  /**
   * @throws StartupException with every problem, one a line
   */
  public void throwIfAnyProblem() {
    if (!problems.isEmpty()) {
      throw new StartupException(String.join(System.lineSeparator(), problems));
    }
  }
}
