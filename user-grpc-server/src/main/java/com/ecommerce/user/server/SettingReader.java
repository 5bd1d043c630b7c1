package com.ecommerce.user.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads settings from flags and the environment, where a flag wins, and collects every problem. Not
 * thread-safe.
 */
final class SettingReader {
  private final Map<String, String> flags;
  private final Map<String, String> environment;
  private final List<String> problems = new ArrayList<>();

  SettingReader(Map<String, String> flags, Map<String, String> environment) {
    this.flags = flags;
    this.environment = environment;
  }

  /** The text of a setting that only the environment has. */
  Optional<String> text(String variable) {
    return Optional.ofNullable(environment.get(variable))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
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
    return Optional.ofNullable(flags.get(flag)).or(() -> text(variable));
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
