package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.config.Setting;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Parses command lines with picocli, by the tables of commands and settings. */
final class CommandLineParser {
  /** A word that no command line can contain. */
  private static final String NO_WORD = "\0";

  /** The words that messages repeat. Others may be secrets or not printable. */
  private static final String SHOWN = "-{0,2}[A-Za-z0-9_-]{1,60}";

  /** A word that is no option, although users are likely to try it. */
  private static final String PASSWORD = "--password";

  private static final String ON_STANDARD_INPUT =
      " (expected: the password on standard input, since others can read command lines)";

  private CommandLineParser() {}

  static Arguments parse(String... words) {
    try {
      var flags = new HashMap<String, String>();
      var command = Command.SERVE;
      for (var part = commandLine().parseArgs(words); part != null; part = part.subcommand()) {
        command = Command.of(part.commandSpec().name()).orElseThrow();
        part.matchedOptions().forEach(option -> flags.put(option.longestName(), value(option)));
      }
      requireAll(command, flags);
      return new Arguments(command, flags);
    } catch (ParameterException wrong) {
      throw new UsageException(new Refusal(wrong).message());
    }
  }

  private static void requireAll(Command command, Map<String, String> flags) {
    for (CommandOption option : command.options()) {
      if (option.isRequired() && !flags.containsKey(option.flag())) {
        String use = command.word() + " " + option.flag() + " " + option.type().placeholder();
        throw new UsageException(option.flag() + ": missing (expected: " + use + ")");
      }
    }
  }

  private static CommandLine commandLine() {
    var top = spec(Command.SERVE);
    for (Command command : Command.values()) {
      top.addSubcommand(command.word(), spec(command));
    }
    // No command takes arguments after its options, so two hyphens would have no use.
    return new CommandLine(top)
        .setOverwrittenOptionsAllowed(true)
        .setExpandAtFiles(false)
        .setEndOfOptionsDelimiter(NO_WORD);
  }

  private static CommandSpec spec(Command command) {
    var spec = CommandSpec.create().name(command.word());
    for (Setting setting : command.settings()) {
      setting.flag().ifPresent(flag -> spec.addOption(option(flag, setting.type().placeholder())));
    }
    for (CommandOption option : command.options()) {
      spec.addOption(option(option.flag(), option.type().placeholder()));
    }
    // Main handles these earlier. Here, they are only suggestions for mistyped options.
    spec.addOption(option(HelpPages.FLAG, ""));
    return spec.addOption(option(Arguments.VERSION, ""));
  }

  /**
   * @param placeholder empty for an option without a value
   */
  private static OptionSpec option(String flag, String placeholder) {
    boolean hasValue = !placeholder.isEmpty();
    return OptionSpec.builder(flag)
        .type(hasValue ? String.class : boolean.class)
        .arity(hasValue ? "1" : "0")
        .paramLabel(placeholder)
        .build();
  }

  private static String value(OptionSpec option) {
    return option.arity().max() == 0 ? "" : option.getValue();
  }

  /** Describes what is wrong with a command line. */
  private static final class Refusal {
    private final ParameterException cause;

    /** The command whose options are invalid, or empty for options before any command. */
    private final Optional<Command> command;

    Refusal(ParameterException cause) {
      this.cause = cause;
      var line = cause.getCommandLine();
      command = line.getParent() == null ? Optional.empty() : Command.of(line.getCommandName());
    }

    String message() {
      if (cause instanceof UnmatchedArgumentException unmatched) {
        String word = unmatched.getUnmatched().get(0).replaceFirst("=.*", "");
        return shown(word) + ": " + (word.startsWith("-") ? noOption(word) : noCommand(word));
      }
      if (cause instanceof MissingParameterException missing) {
        var option = (OptionSpec) missing.getMissing().get(0);
        String flag = option.longestName();
        return flag + ": no value (expected: " + flag + " " + option.paramLabel() + ")";
      }
      String flag = valueless();
      return flag + ": takes no value (expected: " + flag + " alone)";
    }

    /** Returns the option without a value that has one. */
    private String valueless() {
      return command.orElse(Command.SERVE).options().stream()
          .map(CommandOption::flag)
          .filter(flag -> cause.getMessage().contains("'" + flag + "'"))
          .findFirst()
          .orElseThrow(() -> cause);
    }

    private String noCommand(String word) {
      if (command.isPresent()) {
        return "not expected after " + command.get().word() + " (expected: options)";
      }
      var names =
          Stream.of(Command.values()).filter(Command::isForUsers).map(Command::word).toList();
      return "no such command"
          + NearestName.of(word, names)
              .map(Refusal::didYouMean)
              .orElse(" (expected: one of " + String.join(", ", names) + ")");
    }

    private String noOption(String flag) {
      return "no such option" + command.map(known -> " of " + known.word()).orElse("") + hint(flag);
    }

    private String hint(String word) {
      for (Setting setting : command.orElse(Command.SERVE).settings()) {
        if (setting.flagByRule().equals(word)) {
          return setting
              .flag()
              .map(Refusal::didYouMean)
              .orElseGet(
                  () ->
                      " (expected: the variable "
                          + setting.variable()
                          + " or "
                          + setting.file().flag().orElseThrow()
                          + ", since others can read command lines)");
        }
      }
      var options = cause.getCommandLine().getCommandSpec().options().stream();
      boolean asksForPassword = command.equals(Optional.of(Command.CREATE_ADMIN));
      var names =
          Stream.concat(
                  options.map(OptionSpec::longestName),
                  asksForPassword ? Stream.of(PASSWORD) : Stream.empty())
              .toList();
      return NearestName.of(word, names)
          .map(name -> name.equals(PASSWORD) ? ON_STANDARD_INPUT : didYouMean(name))
          .orElseGet(
              () ->
                  " (expected: one that "
                      + command.map(known -> known.word() + " ").orElse("")
                      + "--help lists)");
    }

    private static String didYouMean(String name) {
      return " (did you mean " + name + "?)";
    }

    private static String shown(String word) {
      return word.matches(SHOWN) ? word : "an argument";
    }
  }
}
