package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.config.Setting;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A valid command line: a command with its options, as {@code --flag value} or {@code
 * --flag=value}. The last value of a repeated option counts. Any setting may come before the
 * command, but only the command's own settings may follow it.
 *
 * @param command {@link Command#SERVE} if none is named
 * @param flags the values by flag, such as {@code --port}; empty for a flag without a value
 */
public record Arguments(Command command, Map<String, String> flags) {
  static final String VERSION = "--version";

  /**
   * Parses a command line.
   *
   * @throws UsageException that names the first invalid word and, if there is one, a similar valid
   *     one
   */
  public static Arguments parse(String... words) {
    // Loading the parser's classes would slow down every start.
    return words.length == 0
        ? new Arguments(Command.SERVE, Map.of())
        : CommandLineParser.parse(words);
  }

  /** Returns whether the command line asks for the version. */
  public static boolean asksForVersion(String... words) {
    return Stream.of(words).anyMatch(word -> word.equals(VERSION) || word.equals("-V"));
  }

  /** Returns the last value of a setting on a command line that has not been checked yet. */
  public static Optional<String> lastValue(Setting setting, String... words) {
    String flag = setting.flag().orElseThrow();
    String last = null;
    for (int i = 0; i < words.length; i++) {
      if (words[i].startsWith(flag + "=")) {
        last = words[i].substring(flag.length() + 1);
      } else if (words[i].equals(flag) && i + 1 < words.length) {
        last = words[i + 1];
      }
    }
    return Optional.ofNullable(last);
  }
}
