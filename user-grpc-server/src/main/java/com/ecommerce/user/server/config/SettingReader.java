package com.ecommerce.user.server.config;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.Characters;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads settings from flags and the environment, where a flag wins, and collects every problem. The
 * limits and defaults are those of {@link Setting}. Not thread-safe.
 */
public final class SettingReader {
  private static final Logger log = LoggerFactory.getLogger(SettingReader.class);
  private static final int REPLACEMENT = 0xFFFD;
  private static final int MAX_FILE_BYTES = 64 * 1024;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

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
   * Returns a whole number; the default if the setting is not set, or if its value is invalid,
   * which is recorded as a problem.
   */
  public int integer(Setting setting) {
    return value(setting, setting.type()::integer);
  }

  /** Returns a duration in the unit of the setting; otherwise as {@link #integer}. */
  Duration duration(Setting setting) {
    return value(setting, setting.type()::duration);
  }

  /** Does the same for an option of a command, which must have a default. */
  public Duration duration(String flag, SettingType type) {
    return value(flag, type, type::duration);
  }

  /** Returns the whole number of an option of a command, which must have a default. */
  public int integer(String flag, SettingType type) {
    return value(flag, type, type::integer);
  }

  private <T> T value(String flag, SettingType type, Function<String, T> parser) {
    return optional(flag, option(flag), parser)
        .orElseGet(() -> parser.apply(type.preset().apply(this).orElseThrow()));
  }

  /** Returns a boolean; otherwise as {@link #integer}. */
  boolean bool(Setting setting) {
    return value(setting, text -> Boolean.parseBoolean(setting.type().name(text)));
  }

  /**
   * Returns a constant of the enum whose names the setting accepts; otherwise as {@link #integer}.
   */
  <E extends Enum<E>> E choice(Setting setting, Class<E> type) {
    return value(
        setting, text -> Enum.valueOf(type, setting.type().name(text).toUpperCase(Locale.ROOT)));
  }

  /**
   * Returns the parsed text; the parsed default if the setting is not set, or if the parser refuses
   * its value, which is recorded as a problem. The setting must have a default.
   */
  <T> T value(Setting setting, Function<String, T> parser) {
    return optional(setting, parser).orElseGet(() -> parser.apply(preset(setting)));
  }

  /** Returns the default of a setting as an operator would write it. */
  String preset(Setting setting) {
    return setting.type().preset().apply(this).orElseThrow();
  }

  /**
   * Returns the parsed text; empty if the setting is not set, or if the parser refuses its value,
   * which is recorded as a problem.
   *
   * @param parser throws {@link IllegalArgumentException} or {@link InvalidValueException}
   */
  <T> Optional<T> optional(Setting setting, Function<String, T> parser) {
    return optional(setting.title(), text(setting), parser);
  }

  /**
   * Does the same for a text that is not a setting of the table.
   *
   * @param name the name in the message about a problem
   */
  public <T> Optional<T> optional(String name, Optional<String> text, Function<String, T> parser) {
    try {
      return text.map(parser);
    } catch (IllegalArgumentException | InvalidValueException invalid) {
      note(name + ": " + invalid.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Parses the path of a directory of templates.
   *
   * @param check throws {@link IllegalArgumentException} if a template is wrong
   * @throws IllegalArgumentException if it is not a directory that can be read, or the check fails
   */
  static Path templates(String text, Consumer<Path> check) {
    Path directory = path(text);
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(text + " (expected: a directory)");
    }
    try {
      check.accept(directory);
    } catch (UncheckedIOException unreadable) {
      throw new IllegalArgumentException(
          unreadable.getMessage() + " (expected: files that can be read)", unreadable);
    }
    return directory;
  }

  /**
   * Parses a path.
   *
   * @throws IllegalArgumentException if it is none in this system
   */
  static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException impossible) {
      throw new IllegalArgumentException(
          "not a path (expected: a path of this system)", impossible);
    }
  }

  /**
   * Returns the text of an option that is not a setting, without white space around it; empty if it
   * is not on the command line.
   */
  public Optional<String> option(String flag) {
    return Optional.ofNullable(flags.get(flag)).map(String::strip);
  }

  /**
   * Returns the text of a setting, from its flag, its variable, or the file that contains it. Flags
   * override variables. The default does not count.
   */
  public Optional<String> text(Setting setting) {
    if (!setting.type().isSecret()) {
      return flag(setting).or(() -> variable(setting));
    }
    var file = setting.file();
    if (setting.flag().map(flags::get).isPresent() || flags.containsKey(file.flagByRule())) {
      return either(nameOfFlag(setting), flag(setting), nameOfFlag(file), flag(file));
    }
    return either(setting.variable(), variable(setting), file.variable(), variable(file));
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
      if (!text.isEmpty() && text.chars().allMatch(letter -> letter >= ' ')) {
        return Optional.of(text).filter(known -> isReadable(name, known));
      }
    } catch (IOException | InvalidPathException unreadable) {
      log.debug("{} cannot be read", name, unreadable);
    }
    note(name + ": " + shown(path) + " (expected: a file with one line of text in UTF-8)");
    return Optional.empty();
  }

  /**
   * Returns the path if its directory exists and is not the root. Any other value may be the secret
   * itself, given to the wrong setting; base64 may begin with a slash.
   */
  private static String shown(String path) {
    var directory = new File(path).getParentFile();
    boolean isPath =
        directory != null
            && directory.isAbsolute()
            && directory.getParent() != null
            && directory.isDirectory();
    return isPath ? path : "cannot be read";
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

  private Optional<String> flag(Setting setting) {
    var text = setting.flag().flatMap(this::option);
    if (text.filter(String::isBlank).isPresent()) {
      note(setting.title() + ": empty (expected: a value)");
      return Optional.empty();
    }
    return text.filter(known -> isPrintable(setting, known));
  }

  private Optional<String> variable(Setting setting) {
    return stripped(setting.variable()).filter(known -> isPrintable(setting, known));
  }

  /** Returns the text of a variable that is not one of the settings. */
  Optional<String> variable(String name) {
    return stripped(name).filter(text -> isReadable(name, text));
  }

  private Optional<String> stripped(String variable) {
    return Optional.ofNullable(environment.get(variable))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  /** Returns the texts of all variables whose names begin with the prefix. */
  Map<String, String> startingWith(String prefix) {
    var texts = new TreeMap<String, String>();
    for (String variable : environment.keySet()) {
      if (variable.startsWith(prefix)) {
        variable(variable).ifPresent(text -> texts.put(variable, text));
      }
    }
    return texts;
  }

  /** Refuses control characters, since the log and messages show values. */
  private boolean isPrintable(Setting setting, String text) {
    if (!isReadable(setting.title(), text)) {
      return false;
    }
    boolean isPrintable = text.codePoints().allMatch(Characters::isPrintable);
    if (!isPrintable) {
      note(setting.title() + ": has control characters (expected: text without them)");
    }
    return isPrintable;
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
            + ": has bytes that are not text in the encoding of this process (expected: UTF-8, and a"
            + " locale that has it, such as LC_ALL=C.UTF-8)");
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

  /**
   * Returns the settings that differ from their defaults, as a log may show them: {@code (set)} in
   * place of a text that can contain a secret.
   */
  Map<Setting, String> changed() {
    var changed = new EnumMap<Setting, String>(Setting.class);
    for (Setting setting : Setting.values()) {
      var type = setting.type();
      flag(setting)
          .or(() -> variable(setting))
          .filter(text -> !type.isPreset(text, this))
          .ifPresent(text -> changed.put(setting, type.isSecret() ? "(set)" : text));
    }
    return changed;
  }

  /**
   * Records a problem.
   *
   * @param problem one line that names the setting; characters that are not printable are escaped
   */
  void note(String problem) {
    problems.add(printable(problem));
  }

  /**
   * Returns the text as one line that cannot control a terminal: {@code U+001B} stands for an
   * escape character, and so on for all characters that are not printable.
   */
  public static String printable(String text) {
    var line = new StringBuilder();
    text.codePoints()
        .forEach(
            codePoint ->
                line.append(
                    Characters.isPrintable(codePoint)
                        ? Character.toString(codePoint)
                        : String.format(Locale.ROOT, "U+%04X", codePoint)));
    return line.toString();
  }

  /**
   * Throws if there is a problem.
   *
   * @throws StartupException with every problem, one on each line
   */
  public void throwIfAnyProblem() {
    if (!problems.isEmpty()) {
      throw new StartupException(String.join(System.lineSeparator(), problems));
    }
  }
}
