package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.config.Setting;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A command line that was understood: a command with its options, as {@code --flag value} or {@code
 * --flag=value}. The last value of a repeated option counts. Any setting may be given before the
 * command; after it, only its own.
 *
 * @param command {@link Command#SERVE} if none is named
 * @param flags the values by flag, such as {@code --port}; empty for a flag without a value
 */
public record Arguments(Command command, Map<String, String> flags) {
  private static final String VERSION = "--version";

  /** A word that is shown in messages. Others may be secrets, or be no text for a terminal. */
  private static final String SHOWN = "-{0,2}[A-Za-z0-9_-]{1,60}";

  /**
   * @throws UsageException naming the first word that is not understood, and the nearest one that
   *     would be
   */
  public static Arguments parse(String... words) {
    var parser = new Parser(words);
    return parser.arguments();
  }

  /**
   * Returns the value of an option.
   *
   * @param preset for an option that is not given
   */
  public String option(CommandOption option, String preset) {
    return flags.getOrDefault(option.flag(), preset);
  }

  /** Returns whether the command line asks for the version. */
  public static boolean asksForVersion(String... words) {
    return Stream.of(words).anyMatch(word -> word.equals(VERSION) || word.equals("-V"));
  }

  /** Returns the last value of a setting on a command line that may not be understood otherwise. */
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

  private static final class Parser {
    private final Deque<String> rest;
    private final Map<String, String> flags = new HashMap<>();
    private Optional<Command> command = Optional.empty();

    Parser(String... words) {
      rest = new ArrayDeque<>(List.of(words));
    }

    Arguments arguments() {
      while (!rest.isEmpty()) {
        String word = rest.poll();
        if (word.startsWith("-")) {
          option(word);
        } else {
          command(word);
        }
      }
      var known = command.orElse(Command.SERVE);
      for (CommandOption option : known.options()) {
        if (option.isRequired() && !flags.containsKey(option.flag())) {
          throw new UsageException(
              option.flag() + ": missing (expected: " + usage(known, option) + ")");
        }
      }
      return new Arguments(known, flags);
    }

    private static String usage(Command command, CommandOption option) {
      return command.word() + " " + option.flag() + " " + option.valueName();
    }

    private void command(String word) {
      if (command.isPresent()) {
        throw new UsageException(
            shown(word) + ": not expected after " + command.get().word() + " (expected: options)");
      }
      command = Optional.of(Command.of(word).orElseThrow(() -> noCommand(word)));
    }

    private static UsageException noCommand(String word) {
      var names =
          Stream.of(Command.values()).filter(Command::isForUsers).map(Command::word).toList();
      return new UsageException(
          shown(word)
              + ": no such command ("
              + NearestName.of(word, names)
                  .map(name -> "did you mean " + name + "?")
                  .orElse("expected: one of " + String.join(", ", names))
              + ")");
    }

    private void option(String word) {
      int equals = word.indexOf('=');
      String flag = equals < 0 ? word : word.substring(0, equals);
      Optional<String> value =
          equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1));
      var option = ownOption(flag);
      if (option.isPresent()) {
        String valueName = option.get().valueName();
        flags.put(
            flag, valueName.isEmpty() ? withoutValue(flag, value) : value(flag, valueName, value));
        return;
      }
      var setting = Setting.ofFlag(flag).filter(this::isAllowed).orElseThrow(() -> noOption(flag));
      flags.put(flag, value(flag, setting.valueName(), value));
    }

    private Optional<CommandOption> ownOption(String flag) {
      return command.orElse(Command.SERVE).options().stream()
          .filter(option -> option.flag().equals(flag))
          .findFirst();
    }

    private boolean isAllowed(Setting setting) {
      return command.isEmpty() || command.get().settings().contains(setting);
    }

    private static String withoutValue(String flag, Optional<String> value) {
      if (value.isPresent()) {
        throw new UsageException(flag + ": takes no value (expected: " + flag + " alone)");
      }
      return "";
    }

    private String value(String flag, String valueName, Optional<String> value) {
      return value
          .or(() -> Optional.ofNullable(rest.poll()).filter(next -> !next.startsWith("--")))
          .orElseThrow(
              () ->
                  new UsageException(
                      flag + ": no value (expected: " + flag + " " + valueName + ")"));
    }

    private UsageException noOption(String flag) {
      String of = command.map(known -> " of " + known.word()).orElse("");
      return new UsageException(shown(flag) + ": no such option" + of + hint(flag));
    }

    private String hint(String word) {
      for (Setting setting : Setting.values()) {
        boolean isMeant = setting.flagByRule().equals(word) && isAllowed(setting);
        if (isMeant && setting.flag().isEmpty()) {
          return " (expected: the variable "
              + setting.variable()
              + " or "
              + setting.file().flag().orElseThrow()
              + ", since others can read command lines)";
        }
        if (isMeant) {
          return didYouMean(setting.flag().orElseThrow());
        }
      }
      return NearestName.of(word, flags())
          .map(Parser::didYouMean)
          .orElseGet(() -> " (expected: one that " + helpOf(command) + " lists)");
    }

    private static String helpOf(Optional<Command> command) {
      return command.map(known -> known.word() + " ").orElse("") + "--help";
    }

    private static String didYouMean(String name) {
      return " (did you mean " + name + "?)";
    }

    private List<String> flags() {
      var known = command.orElse(Command.SERVE);
      var flags = new ArrayList<String>();
      known.options().forEach(option -> flags.add(option.flag()));
      flags.addAll(known.settings().stream().map(Setting::flag).flatMap(Optional::stream).toList());
      flags.addAll(HelpPages.flags());
      flags.add(VERSION);
      return flags;
    }

    private static String shown(String word) {
      return word.matches(SHOWN) ? word : "an argument";
    }
  }
}
